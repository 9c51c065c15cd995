import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.jena.rdf.model.InfModel;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdf.model.Property;
import org.apache.jena.rdf.model.RDFNode;
import org.apache.jena.reasoner.ReasonerRegistry;
import org.apache.jena.riot.RDFDataMgr;

/** Prints as N-Triples what Jena's OWL reasoner concludes from a file for the properties named after it. */
public final class Reason {
    public static void main(String[] arguments) {
        Model data = RDFDataMgr.loadModel(arguments[0]);
        InfModel model = ModelFactory.createInfModel(ReasonerRegistry.getOWLMiniReasoner(), data);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (int number = 1; number < arguments.length; number++) {
            Property property = model.createProperty(arguments[number]);
            model.listStatements(null, property, (RDFNode) null).forEach(found -> {
                if (found.getSubject().isURIResource() && found.getObject().isURIResource()) {
                    out.println("<" + found.getSubject().getURI() + "> <" + property.getURI() + "> <"
                        + found.getResource().getURI() + "> .");
                }
            });
        }
    }
}
