import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

class Patterns {
    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String pattern = lines.readLine(); pattern != null; pattern = lines.readLine()) {
            String example = lines.readLine();
            if (!Pattern.compile(pattern).matcher(example).find() && !example.isEmpty()) {
                System.out.println(pattern);
            }
        }
    }
}
