// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** Answers as br, and as gzip while the bundle that makes br is not there. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BrotliIT {

    private static final String COMPONENT = "dev.orion.brotli.BrotliEncoder";

    @Inject private BundleContext context;

    private final HttpClient http = HttpClient.newHttpClient();
    private Product product;
    private Bundle brotli;
    private String key;

    @Configuration
    public Option[] assembly() throws Exception {
        return Assembly.options(
                Configurations.withTcpPort(
                        0,
                        """
                        , "dev.orion.channel~long": { "pattern": "long", "history": 100 }
                        """));
    }

    @Before
    public void start() throws Exception {
        product = Product.of(context);
        product.awaitServing("web");
        brotli = product.bundle("dev.orion.brotli");
        key = Files.readString(product.home().resolve("conf/api.key")).strip();
        for (int i = 0; i < 100; i++) {
            String data = "{\"channel\":\"long\",\"data\":{\"text\":\"hello\",\"number\":%d}}";
            assertThat(ask("publish", data.formatted(i), "identity").statusCode()).isEqualTo(200);
        }
    }

    @After
    public void leaveAsFound() throws Exception {
        brotli.start();
    }

    @Test
    public void loadsNothingUntilBrIsAskedFor() throws Exception {
        Set<String> before = temporaryFiles();
        brotli.stop();
        brotli.start();
        assertThat(coding(history("gzip"))).isEqualTo("gzip");
        assertThat(coding(history("gzip, br;q=0.9"))).isEqualTo("gzip");
        assertThat(coding(history("br;q=0"))).isEmpty();
        assertThat(component().state).isEqualTo(ComponentConfigurationDTO.SATISFIED);

        awaitBr();
        assertThat(component().state).isEqualTo(ComponentConfigurationDTO.ACTIVE);
        assertThat(temporaryFiles())
                .filteredOn(name -> !before.contains(name))
                .noneMatch(name -> name.contains("brotli"));
    }

    @Test
    public void sendsGzipUnderTrafficWhileTheBundleIsAway() throws Exception {
        try (var traffic = new Asking()) {
            traffic.awaitAnswer("br");
            for (int round = 0; round < 5; round++) {
                brotli.stop();
                traffic.awaitAnswer("gzip");
                brotli.start();
                traffic.awaitAnswer("br");
            }
        }
    }

    @Test
    public void makesBrAgainWhenTheBundleWasUpdatedAndRefreshed() throws Exception {
        var loaders = new HashSet<ClassLoader>();
        try (var traffic = new Asking()) {
            for (int round = 0; round < 3; round++) {
                traffic.awaitAnswer("br");
                loaders.add(brotli.adapt(BundleWiring.class).getClassLoader());
                try (var jar = new URL(brotli.getLocation()).openStream()) {
                    brotli.update(jar);
                }
                refresh();
            }
            traffic.awaitAnswer("br");
            refresh(); // the same revision with another class loader
            traffic.awaitAnswer("br");
        }
        loaders.add(brotli.adapt(BundleWiring.class).getClassLoader());
        assertThat(loaders).hasSize(4);
    }

    @Test
    public void aNewerVersionTakesOverBesideIt() throws Exception {
        try (var traffic = new Asking()) {
            traffic.awaitAnswer("br");
            Path next = PluginJar.dropNext(product.home(), brotli, "99.0.0");
            Await.until("the newer one is asked", () -> isUsed("99.0.0"));
            traffic.awaitAnswer("br");

            Files.delete(next);
            Await.until("the former is asked", () -> isUsed("0.1.0"));
            traffic.awaitAnswer("br");
        }
    }

    /** Whether the service of one version is the one that is held. */
    private boolean isUsed(String version) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals("dev.orion.brotli"))
                .filter(bundle -> bundle.getVersion().toString().equals(version))
                .filter(bundle -> bundle.getRegisteredServices() != null)
                .anyMatch(bundle -> bundle.getRegisteredServices()[0].getUsingBundles() != null);
    }

    private void refresh() {
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(Set.of(brotli));
        Await.until("it is back", () -> brotli.getState() == Bundle.ACTIVE);
    }

    private void awaitBr() {
        Await.until("br", () -> coding(history("br, gzip")).equals("br"));
    }

    private ComponentConfigurationDTO component() {
        var runtime = product.service(ServiceComponentRuntime.class);
        return runtime.getComponentConfigurationDTOs(
                        runtime.getComponentDescriptionDTO(brotli, COMPONENT))
                .iterator()
                .next();
    }

    private static Set<String> temporaryFiles() {
        return Set.of(new java.io.File(System.getProperty("java.io.tmpdir")).list());
    }

    private HttpResponse<byte[]> history(String accepted) throws Exception {
        return ask("history", "{\"channel\":\"long\",\"limit\":-1}", accepted);
    }

    private HttpResponse<byte[]> ask(String method, String body, String accepted) throws Exception {
        int port = product.port("web");
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/" + method))
                        .timeout(Await.SOON)
                        .header("X-API-Key", key)
                        .header("Accept-Encoding", accepted)
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    private static String coding(HttpResponse<?> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Vary")).hasValue("accept-encoding");
        return answer.headers().firstValue("Content-Encoding").orElse("");
    }

    /** Asks without a pause; every answer must be what the first one of its coding was. */
    private final class Asking implements AutoCloseable {

        private final Thread thread = new Thread(this::ask, "asking");
        private byte[] br;
        private byte[] gzip;
        private final AtomicInteger brAnswers = new AtomicInteger();
        private final AtomicInteger gzipAnswers = new AtomicInteger();
        private volatile boolean ends;
        private volatile Throwable wrong;

        Asking() {
            thread.start();
        }

        void awaitAnswer(String coding) {
            int before = answers(coding);
            Await.until(
                    coding,
                    () -> {
                        assertThat(wrong).isNull();
                        return answers(coding) > before + 10;
                    });
        }

        private int answers(String coding) {
            return (coding.equals("br") ? brAnswers : gzipAnswers).get();
        }

        private void ask() {
            try {
                while (!ends) {
                    take(history("br, gzip"));
                }
            } catch (Exception | AssertionError disturbed) {
                wrong = disturbed;
            }
        }

        private void take(HttpResponse<byte[]> answer) {
            if (coding(answer).equals("br")) {
                br = br == null ? answer.body() : br;
                assertThat(answer.body()).isEqualTo(br);
                brAnswers.incrementAndGet();
            } else {
                assertThat(coding(answer)).isEqualTo("gzip");
                gzip = gzip == null ? answer.body() : gzip;
                assertThat(answer.body()).isEqualTo(gzip);
                gzipAnswers.incrementAndGet();
            }
        }

        @Override
        public void close() {
            ends = true;
            Await.until("it ends", () -> !thread.isAlive());
            assertThat(wrong).isNull();
        }
    }
}
