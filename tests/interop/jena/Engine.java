import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.jena.query.ARQ;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.query.Syntax;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;

/** Jena's query engine over a data set in memory, as SPARQL 1.1 has it; told what to do by lines, see LineEngine. */
public final class Engine {
    private static Dataset dataset = DatasetFactory.createTxnMem();

    public static void main(String[] arguments) throws Exception {
        ARQ.setStrictMode();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println("ok " + ARQ.VERSION);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                String[] words = line.split("\t");
                if (words[0].equals("load")) {
                    dataset = DatasetFactory.createTxnMem();
                    RDFDataMgr.read(dataset, words[1]);
                } else if (words[0].equals("dump")) {
                    try (OutputStream file = Files.newOutputStream(Path.of(words[1]))) {
                        RDFDataMgr.write(file, dataset, Lang.NQUADS);
                    }
                } else {
                    answer(Files.readString(Path.of(words[1])), Path.of(words[2]));
                }
                out.println("ok");
            } catch (Throwable error) {
                out.println("error " + String.valueOf(error).replaceAll("\\s+", " "));
            }
        }
    }

    private static void answer(String text, Path target) throws Exception {
        Query query = QueryFactory.create(text, "http://base/", Syntax.syntaxSPARQL_11);
        try (QueryExecution execution = QueryExecution.dataset(dataset).query(query).timeout(5, TimeUnit.SECONDS).build();
                OutputStream file = Files.newOutputStream(target)) {
            if (query.isAskType()) {
                ResultSetFormatter.outputAsJSON(file, execution.execAsk());
            } else if (query.isSelectType()) {
                ResultSetFormatter.outputAsJSON(file, execution.execSelect());
            } else {
                RDFDataMgr.write(file, query.isDescribeType() ? execution.execDescribe() : execution.execConstruct(), Lang.NTRIPLES);
            }
        }
    }
}
