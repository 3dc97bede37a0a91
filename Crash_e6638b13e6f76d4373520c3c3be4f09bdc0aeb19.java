import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

public class Crash_e6638b13e6f76d4373520c3c3be4f09bdc0aeb19 {
    static final String base64Bytes = String.join("", "EQIEYWNtZQNiXzEHA25fMQVUaXRsZQdCb2R5IMOpFGh0dHBzOi8vZXhhbXBsZS5vcmcvAoDQlf+8MZAcgK3xgL0xAgIDYWRhA15vYg==");

    public static void main(String[] args) throws Throwable {
        Crash_e6638b13e6f76d4373520c3c3be4f09bdc0aeb19.class.getClassLoader().setDefaultAssertionStatus(true);
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