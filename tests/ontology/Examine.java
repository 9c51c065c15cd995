import java.io.File;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.AsOWLClass;
import org.semanticweb.owlapi.model.AxiomType;
import org.semanticweb.owlapi.model.MissingImportHandlingStrategy;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLClassAssertionAxiom;
import org.semanticweb.owlapi.model.OWLClassExpression;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.model.OWLSubClassOfAxiom;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.Profiles;
import org.semanticweb.owlapi.reasoner.OWLReasoner;

/**
 * Prints what OWLAPI's profile checkers and HermiT find in each file: one line a finding, of which the first word is
 * the file's number (from 1) and the second the check: rl, dl, or hermit. The last line of a file counts its axioms.
 */
public final class Examine {
    public static void main(String[] paths) throws Exception {
        for (int number = 1; number <= paths.length; number++) {
            examine(number + " ", paths[number - 1]);
        }
    }

    private static void examine(String label, String path) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        OWLOntologyLoaderConfiguration configuration = new OWLOntologyLoaderConfiguration()
            .setMissingImportHandlingStrategy(MissingImportHandlingStrategy.SILENT);
        OWLOntology ontology = manager.loadOntologyFromOntologyDocument(
            new FileDocumentSource(new File(path)), configuration);
        report(label + "rl ", Profiles.OWL2_RL.checkOntology(ontology));
        report(label + "dl ", Profiles.OWL2_DL.checkOntology(ontology));
        try {
            reason(label + "hermit ", ontology, new ReasonerFactory().createReasoner(ontology));
        } catch (IllegalArgumentException refusal) {
            System.out.println(label + "hermit refuses " + refusal.getMessage());
        }
        System.out.println(label + "axioms " + ontology.getLogicalAxiomCount());
    }

    private static void reason(String label, OWLOntology ontology, OWLReasoner reasoner) {
        if (!reasoner.isConsistent()) {
            System.out.println(label + "inconsistent");
            return;
        }
        Set<OWLClass> populated = findPopulated(ontology);
        ontology.classesInSignature()
            .filter(entity -> !entity.isOWLNothing() && !populated.contains(entity) && !reasoner.isSatisfiable(entity))
            .map(entity -> label + "unsatisfiable " + entity.getIRI()).sorted().forEach(System.out::println);
    }

    /** Returns classes that are said to have a member, which in what is consistent needs no test; it takes a second each. */
    private static Set<OWLClass> findPopulated(OWLOntology ontology) {
        Set<OWLClass> found = new HashSet<>();
        Deque<OWLClass> next = new ArrayDeque<>();
        ontology.axioms(AxiomType.CLASS_ASSERTION).map(OWLClassAssertionAxiom::getClassExpression)
            .filter(OWLClassExpression::isNamed).map(AsOWLClass::asOWLClass).forEach(next::add);
        while (!next.isEmpty()) {
            OWLClass entity = next.pop();
            if (found.add(entity)) {
                ontology.subClassAxiomsForSubClass(entity).map(OWLSubClassOfAxiom::getSuperClass)
                    .filter(OWLClassExpression::isNamed).map(AsOWLClass::asOWLClass).forEach(next::add);
            }
        }
        return found;
    }

    private static void report(String label, OWLProfileReport report) {
        report.getViolations().stream()
            .map(violation -> label + violation.getClass().getSimpleName() + " " + violation)
            .map(text -> text.replaceAll("\\s+", " "))
            .distinct().sorted().forEach(System.out::println);
    }
}
