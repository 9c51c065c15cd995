import fr.inria.corese.core.Graph;
import fr.inria.corese.core.api.Loader;
import fr.inria.corese.core.kgram.core.Mappings;
import fr.inria.corese.core.load.Load;
import fr.inria.corese.core.print.NQuadsFormat;
import fr.inria.corese.core.print.NTriplesFormat;
import fr.inria.corese.core.print.ResultFormat;
import fr.inria.corese.core.query.QueryProcess;
import fr.inria.corese.core.sparql.api.ResultFormatDef;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Corese over a graph in memory, as SPARQL 1.1 has it; told what to do by lines, see LineEngine. */
public final class Engine {
    private static Graph graph = Graph.create();

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        out.println("ok " + arguments[0]);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                obey(line.split("\t"));
                out.println("ok");
            } catch (Throwable error) {
                out.println("error " + String.valueOf(error).replaceAll("\\s+", " "));
            }
        }
    }

    private static void obey(String[] words) throws Exception {
        switch (words[0]) {
            case "load" -> load(words[1]);
            case "dump" -> Files.writeString(Path.of(words[1]), NQuadsFormat.create(graph).toString());
            case "ask" -> Files.writeString(Path.of(words[2]),
                ResultFormat.create(query(words[1]), ResultFormatDef.format.JSON_FORMAT).toString());
            case "construct" -> Files.writeString(Path.of(words[2]), NTriplesFormat.create(query(words[1])).toString());
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static Mappings query(String file) throws Exception {
        return QueryProcess.create(graph).query(Files.readString(Path.of(file)));
    }

    private static void load(String file) throws Exception {
        String name = file.endsWith(".gz") ? file.substring(0, file.length() - 3) : file;
        Loader.format format = switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "ttl" -> Loader.format.TURTLE_FORMAT;
            case "nt" -> Loader.format.NT_FORMAT;
            case "trig" -> Loader.format.TRIG_FORMAT;
            default -> Loader.format.JSONLD_FORMAT;
        };
        graph = Graph.create();
        try (InputStream raw = new FileInputStream(file);
             InputStream in = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            Load.create(graph).parse(in, format);
        }
    }
}
