import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

public class Crash_368e8fd149e8a2fe2c2b227df498ae61be739cc9 {
    static final String base64Bytes = String.join("", "AAMEA9zc3Nzc3NwCyAEDAmEgcmFuZ2U=");

    public static void main(String[] args) throws Throwable {
        Crash_368e8fd149e8a2fe2c2b227df498ae61be739cc9.class.getClassLoader().setDefaultAssertionStatus(true);
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