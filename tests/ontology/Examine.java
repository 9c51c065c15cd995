import java.io.File;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.MissingImportHandlingStrategy;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.Profiles;
import org.semanticweb.owlapi.reasoner.InferenceType;
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
            reason(label + "hermit ", new ReasonerFactory().createReasoner(ontology));
        } catch (IllegalArgumentException refusal) {
            System.out.println(label + "hermit refuses " + refusal.getMessage());
        }
        System.out.println(label + "axioms " + ontology.getLogicalAxiomCount());
    }

    private static void reason(String label, OWLReasoner reasoner) {
        if (!reasoner.isConsistent()) {
            System.out.println(label + "inconsistent");
            return;
        }
        reasoner.precomputeInferences(InferenceType.CLASS_HIERARCHY);
        reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom().stream()
            .map(entity -> label + "unsatisfiable " + entity.getIRI()).sorted().forEach(System.out::println);
    }

    private static void report(String label, OWLProfileReport report) {
        report.getViolations().stream()
            .map(violation -> label + violation.getClass().getSimpleName() + " " + violation)
            .map(text -> text.replaceAll("\\s+", " "))
            .distinct().sorted().forEach(System.out::println);
    }
}
