import java.io.File;
import java.util.Map;
import java.util.Set;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLNamedIndividual;
import org.semanticweb.owlapi.model.OWLObjectProperty;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;

/** Prints as N-Triples what HermiT concludes from a file for the object properties named after it. */
public final class Reason {
    public static void main(String[] arguments) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(arguments[0]));
        Reasoner reasoner = new Reasoner(new Configuration(), ontology);
        if (!reasoner.isConsistent()) {
            throw new IllegalStateException("inconsistent");
        }
        for (int number = 1; number < arguments.length; number++) {
            OWLObjectProperty property = manager.getOWLDataFactory().getOWLObjectProperty(IRI.create(arguments[number]));
            Map<OWLNamedIndividual, Set<OWLNamedIndividual>> found = reasoner.getObjectPropertyInstances(property);
            found.forEach((subject, values) -> values.forEach(value -> System.out.println(
                "<" + subject.getIRI() + "> <" + property.getIRI() + "> <" + value.getIRI() + "> .")));
        }
    }
}
