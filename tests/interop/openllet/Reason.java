import java.io.File;
import openllet.owlapi.OpenlletReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLObjectProperty;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.reasoner.OWLReasoner;

/** Prints as N-Triples what Openllet concludes from a file for the object properties named after it. */
public final class Reason {
    public static void main(String[] arguments) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(arguments[0]));
        OWLReasoner reasoner = OpenlletReasonerFactory.getInstance().createReasoner(ontology);
        if (!reasoner.isConsistent()) {
            throw new IllegalStateException("inconsistent");
        }
        for (int number = 1; number < arguments.length; number++) {
            OWLObjectProperty property = manager.getOWLDataFactory().getOWLObjectProperty(IRI.create(arguments[number]));
            ontology.individualsInSignature().forEach(subject ->
                reasoner.getObjectPropertyValues(subject, property).entities().forEach(value -> System.out.println(
                    "<" + subject.getIRI() + "> <" + property.getIRI() + "> <" + value.getIRI() + "> .")));
        }
    }
}
