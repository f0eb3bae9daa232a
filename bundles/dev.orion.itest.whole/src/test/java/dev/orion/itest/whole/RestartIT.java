// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.NetworkManager;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
import org.osgi.framework.ServiceReference;

/** Each bundle is stopped and started while numbers flow over every transport. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RestartIT {

    private static final Set<String> ALL = Set.of("tcp", "websocket", "sse");

    /** Who cannot go on without a bundle; nobody minds the others. */
    private static final Map<String, Set<String>> DEPENDENTS =
            Map.of(
                    "dev.orion.manager.network",
                    ALL,
                    "dev.orion.manager.protocol",
                    Set.of("tcp", "sse"),
                    "dev.orion.manager.realtime",
                    ALL,
                    "dev.orion.protocol.centrifuge",
                    ALL,
                    "dev.orion.protocol.http",
                    Set.of("sse"), // a WebSocket is not its any more
                    "dev.orion.protocol.sse",
                    Set.of("sse"),
                    "dev.orion.protocol.tcp",
                    Set.of("tcp"),
                    "dev.orion.protocol.websocket",
                    Set.of("websocket"));

    private static final int SHUTDOWN = 3001;

    @Inject private BundleContext context;

    private Product product;
    private final List<Talker> talkers = new ArrayList<>();

    @Configuration
    public Option[] assembly() throws Exception {
        return Assembly.options(Configurations.DEFAULT);
    }

    @Before
    public void configure() throws Exception {
        product = Product.of(context);
        product.awaitServing("web", "tcp");
    }

    @After
    public void leaveAsFound() throws Exception {
        for (Bundle bundle : product.bundles()) {
            bundle.start();
        }
        for (Talker talker : talkers) {
            talker.close();
        }
    }

    @Test
    public void disturbsNobodyElse() throws Exception {
        for (String transport : ALL) {
            talkers.add(product.talker(transport));
        }
        for (Bundle bundle : product.bundles()) {
            restartUnderTraffic(bundle);
        }
        for (Talker talker : talkers) {
            talker.finish();
        }
    }

    private void restartUnderTraffic(Bundle bundle) throws Exception {
        Set<String> dependents = DEPENDENTS.getOrDefault(bundle.getSymbolicName(), Set.of());
        talkers.forEach(Talker::awaitProgress);

        bundle.stop();
        for (Talker talker : List.copyOf(talkers)) {
            if (dependents.contains(talker.name())) {
                assertThat(end(talker, bundle))
                        .as(talker + " without " + bundle.getSymbolicName())
                        .isEqualTo(SHUTDOWN);
                talker.close();
                talkers.remove(talker);
            } else {
                progress(talker, "without", bundle);
            }
        }
        bundle.start();
        talkers.forEach(talker -> progress(talker, "beside again", bundle));
        for (String transport : dependents) {
            Await.until(
                    transport + " with " + bundle.getSymbolicName() + " again",
                    () -> talkers.add(product.talker(transport)));
        }
        talkers.forEach(talker -> progress(talker, "with again", bundle));
    }

    private static int end(Talker talker, Bundle bundle) throws Exception {
        try {
            return talker.awaitEnd(bundle.getSymbolicName());
        } catch (IOException | AssertionError unheard) {
            // Without a cause: Pax Exam would show that and nothing of this.
            throw new AssertionError(
                    talker + " does not end without " + bundle.getSymbolicName() + ": " + unheard);
        }
    }

    private static void progress(Talker talker, String how, Bundle bundle) {
        try {
            talker.awaitProgress();
        } catch (AssertionError disturbed) {
            throw new AssertionError(
                    talker + " " + how + " " + bundle.getSymbolicName(), disturbed);
        }
    }

    @Test
    public void servesThoseWhoCameMeanwhile() throws Exception {
        Bundle tcp = product.bundle("dev.orion.protocol.tcp");
        tcp.stop();
        try (var early = new LineClient(product.port("tcp"))) {
            early.say("{\"id\":1,\"connect\":{}}");
            Await.until("it waits", () -> product.listener("tcp").connections() == 1);
            tcp.start();

            assertThat(early.hear()).contains("\"client\"");
        } finally {
            tcp.start();
        }
    }

    @Test
    public void leavesNothingBehind() throws Exception {
        restartAll();
        restartAll();
        Map<String, Long> services = services();
        Set<String> threads = threads();
        var ports = new TreeSet<Integer>();
        for (int round = 0; round < 10; round++) {
            ports.addAll(ports());
            restartAll();
        }

        Await.until("the services of before: " + services, () -> services().equals(services));
        Await.until("the threads of before: " + threads, () -> threads().equals(threads));
        ports.removeAll(ports());
        for (int port : ports) {
            Await.until("nobody listens on " + port, () -> isRefused(port));
        }
        for (String transport : ALL) {
            talkers.add(product.talker(transport));
        }
        talkers.forEach(Talker::awaitProgress);
    }

    private void restartAll() throws Exception {
        for (Bundle bundle : product.bundles()) {
            bundle.stop();
            bundle.start();
        }
        product.awaitServing("web", "tcp");
    }

    /** How many services each of our bundles has. */
    private Map<String, Long> services() {
        return product.bundles().stream()
                .collect(
                        Collectors.toMap(
                                Bundle::getSymbolicName,
                                bundle -> (long) count(bundle.getRegisteredServices()),
                                Long::sum,
                                TreeMap::new));
    }

    private static int count(ServiceReference<?>[] references) {
        return references == null ? 0 : references.length;
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(thread -> thread.getName() + " " + thread.getId())
                .filter(name -> name.startsWith("orion-"))
                .map(name -> name.substring(0, name.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<Integer> ports() {
        return product.service(NetworkManager.class).listeners().stream()
                .map(listener -> listener.endpoint().port())
                .collect(Collectors.toSet());
    }

    private static boolean isRefused(int port) throws Exception {
        try (var client = new LineClient(port)) {
            return Arrays.asList(client).isEmpty();
        } catch (ConnectException refused) {
            return true;
        }
    }
}
