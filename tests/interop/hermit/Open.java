import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;

/** Opens each file by itself, as an editor does, and prints a line for each: header, version, imports, axioms by kind. */
public final class Open {
    public static void main(String[] paths) throws Exception {
        for (String path : paths) {
            OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(path));
            Map<String, Long> counts = new TreeMap<>();
            ontology.axioms().forEach(axiom -> counts.merge(axiom.getAxiomType().getName(), 1L, Long::sum));
            StringBuilder line = new StringBuilder(new File(path).getName());
            line.append(' ').append(ontology.getOntologyID().getOntologyIRI().map(Object::toString).orElse("-"));
            line.append(' ').append(ontology.getOntologyID().getVersionIRI().map(Object::toString).orElse("-"));
            line.append(' ').append(ontology.importsDeclarations().count());
            counts.forEach((kind, count) -> line.append(' ').append(kind).append('=').append(count));
            System.out.println(line);
        }
    }
}
