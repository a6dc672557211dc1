// What a server costs that does nothing: a line in, JSON read, a line out.
import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

final class Loop {
    private Loop() {
    }

    public static void main(String[] arguments) throws IOException {
        Gson gson = new Gson();
        BufferedReader lines = new BufferedReader(new InputStreamReader(
                System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, false,
                StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null;
                line = lines.readLine()) {
            Map<?, ?> request = gson.fromJson(line, Map.class);
            // Gson takes all numbers for fractions.
            long id = ((Number) request.get("id")).longValue();
            answers.print(gson.toJson(Map.of("jsonrpc", "2.0", "id", id,
                    "result", Map.of("success", true, "logs", List.of())))
                    + "\n");
            answers.flush();
        }
    }
}
