import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

public class Crash_63b822a357bbbd543e609dc8dcb29980636164a3 {
    static final String base64Bytes = String.join("", "CiB7LTU=");

    public static void main(String[] args) throws Throwable {
        Crash_63b822a357bbbd543e609dc8dcb29980636164a3.class.getClassLoader().setDefaultAssertionStatus(true);
        try {
            Method fuzzerInitialize = dev.parley.gateway.fuzz.Fuzz.class.getMethod("fuzzerInitialize");
            fuzzerInitialize.invoke(null);
        } catch (NoSuchMethodException ignored) {
            try {
                Method fuzzerInitialize = dev.parley.gateway.fuzz.Fuzz.class.getMethod("fuzzerInitialize", String[].class);
                fuzzerInitialize.invoke(null, (Object) args);
            } catch (NoSuchMethodException ignored1) {
            } catch (IllegalAccessException | InvocationTargetException e) {
                e.printStackTrace();
                System.exit(1);
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            e.printStackTrace();
            System.exit(1);
        }
        byte[] input = java.util.Base64.getDecoder().decode(base64Bytes);
        dev.parley.gateway.fuzz.Fuzz.fuzzerTestOneInput(input);
    }
}