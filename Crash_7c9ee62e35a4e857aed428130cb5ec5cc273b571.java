import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

public class Crash_7c9ee62e35a4e857aed428130cb5ec5cc273b571 {
    static final String base64Bytes = String.join("", "AFBPU1QgL2hlYWx0aHogSFRUUC8xLjENCkhvc3Q6IGENClRyYW5zZmVyLUVuY29kaW5nOiBjaHVuayBhDQpUcmFuc2Zlci1FbmNvZGluZzogY2h1bmtlZA0KDQoyDQp7fQ0KSG9zdDogYQ0KDQo=");

    public static void main(String[] args) throws Throwable {
        Crash_7c9ee62e35a4e857aed428130cb5ec5cc273b571.class.getClassLoader().setDefaultAssertionStatus(true);
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