import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

public class Crash_98d88aec914c0de2ef9da40ce62efd6480a4ed9c {
    static final String base64Bytes = String.join("", "AEdFVCAvd3MgSFRUUC8xLjENCkhvc3Q6IGdhdGV3YXkNClVwZ3JhZGU6IHdlYnNvY2tldA0KQ29ubmVjdGlvbjogVXBncmFkZQ0KU2VjLVdlYlNvY2tldC1Qcm90b2NvbDogcGFybGV5LnYxDQpTZWMtV2ViU29ja2V0LVZlcnNpb246IDEzDQpTZWMtV2ViU29ja2V0LUtleTogZEdobElITmhiWEJzWlNCdWIyNWpaUT09DQpBdXRob3JpemF0aW9uOiBCZWFyZXIgYWRhDQoNCoGZNfohPUzYVURHnwMHFYpIU1DYDR9engMHFZkQH0o=");

    public static void main(String[] args) throws Throwable {
        Crash_98d88aec914c0de2ef9da40ce62efd6480a4ed9c.class.getClassLoader().setDefaultAssertionStatus(true);
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