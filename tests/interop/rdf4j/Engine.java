import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.eclipse.rdf4j.query.GraphQuery;
import org.eclipse.rdf4j.query.TupleQuery;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.sail.memory.MemoryStore;
import org.eclipse.rdf4j.sail.nativerdf.NativeStore;

/**
 * One RDF4J store, told what to do by lines on standard input: a command and its arguments, separated by tabs. Each is
 * answered by one line: "ok", or "error" and a message. Commands: load FILE, ask QUERY-FILE RESULT-FILE,
 * construct QUERY-FILE RESULT-FILE, dump FILE.
 */
public final class Engine {
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        SailRepository repository = new SailRepository(new NativeStore(folder.toFile(), "spoc,posc,cosp"));
        try (RepositoryConnection connection = repository.getConnection()) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            System.out.println("ok " + version());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try {
                    obey(connection, line.split("\t"));
                    System.out.println("ok");
                } catch (Exception error) {
                    System.out.println("error " + String.valueOf(error.getMessage()).replace('\n', ' '));
                }
            }
        }
        repository.shutDown();
    }

    private static String version() {
        return MemoryStore.class.getPackage().getImplementationVersion();
    }

    private static void obey(RepositoryConnection connection, String[] words) throws Exception {
        switch (words[0]) {
            case "load" -> load(connection, words[1]);
            case "ask" -> {
                TupleQuery query = connection.prepareTupleQuery(Files.readString(Path.of(words[1])));
                query.setMaxExecutionTime(60);
                try (OutputStream out = new FileOutputStream(words[2])) {
                    query.evaluate(new SPARQLResultsJSONWriter(out));
                }
            }
            case "construct" -> {
                GraphQuery query = connection.prepareGraphQuery(Files.readString(Path.of(words[1])));
                query.setMaxExecutionTime(60);
                try (OutputStream out = new FileOutputStream(words[2])) {
                    query.evaluate(Rio.createWriter(RDFFormat.NTRIPLES, out));
                }
            }
            case "dump" -> {
                try (OutputStream out = new FileOutputStream(words[1])) {
                    connection.export(Rio.createWriter(RDFFormat.NQUADS, out));
                }
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static void load(RepositoryConnection connection, String file) throws Exception {
        connection.begin();
        connection.clear();
        String name = file.endsWith(".gz") ? file.substring(0, file.length() - 3) : file;
        RDFFormat format = Rio.getParserFormatForFileName(name).orElseThrow();
        try (InputStream raw = new FileInputStream(file);
             InputStream in = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            connection.add(in, format);
        }
        connection.commit();
    }
}
