// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.deploy.DeployInfo;
import dev.orion.deploy.DeployManager;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** A plug-in comes, changes and goes while numbers flow over the product's transports. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HotDeployIT {

    private static final String JAR = "greet.jar";

    @Inject private BundleContext context;

    private Product product;
    private final List<Talker> talkers = new ArrayList<>();

    @Configuration
    public Option[] assembly() throws Exception {
        return Assembly.options(
                Configurations.withTcpPort(
                        0, ", \"dev.orion.hotdeploy\": { \"drainTimeout\": \"60s\" }"));
    }

    @Before
    public void talk() throws Exception {
        product = Product.of(context);
        product.awaitServing("web", "tcp");
        talkers.add(product.talker("tcp"));
        talkers.add(product.talker("websocket"));
    }

    @After
    public void clear() throws Exception {
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(product.home().resolve("deploy"))) {
            for (Path jar : jars) {
                Files.delete(jar);
            }
        }
        Await.until("no plug-in is left: " + deployed(), () -> deployed().isEmpty());
        for (Talker talker : talkers) {
            talker.awaitProgress();
            talker.finish();
        }
    }

    @Test
    public void servesReplacesAndRemovesAPlugin() throws Exception {
        drop(JAR, "1.0.0", "hello, ");
        awaitGreeting("hello, you");

        try (var old = new LineClient(product.port("greet"))) {
            assertThat(old.ask("you")).isEqualTo("hello, you");
            drop(JAR, "1.0.0", "good morning, ");

            assertThat(old.hear()).isEqualTo("good-bye");
            awaitGreeting("good morning, you");
        }

        Files.delete(product.home().resolve("deploy").resolve(JAR));
        Await.until("it is gone", () -> deployed().isEmpty());
        assertThat(product.listener("greet").state().name()).isEqualTo("WAITING");
    }

    @Test
    public void upgradesBesideTheOldOne() throws Exception {
        drop(JAR, "1.0.0", "hello, ");
        awaitGreeting("hello, you");

        try (var old = new LineClient(product.port("greet"))) {
            assertThat(old.ask("you")).isEqualTo("hello, you");
            drop(JAR, "1.1.0", "good morning, ");
            awaitGreeting("good morning, you");

            assertThat(old.ask("again")).isEqualTo("hello, again");
            assertThat(states()).containsExactlyInAnyOrder("1.0.0 DRAINING", "1.1.0 ACTIVE");
        }
        Await.until("the old one is gone", () -> states().equals(List.of("1.1.0 ACTIVE")));
        awaitGreeting("good morning, you");
    }

    @Test
    public void leavesTheOldOneInChargeWhenTheNewOneFails() throws Exception {
        drop(JAR, "1.0.0", "hello, ");
        awaitGreeting("hello, you");

        try (var old = new LineClient(product.port("greet"))) {
            drop(JAR, "2.0.0", GreetPlugin.FAILS_TO_START);
            Await.until(
                    "the failure is told",
                    () -> deployed().stream().anyMatch(info -> info.detail().contains("fails")));

            assertThat(old.ask("you")).isEqualTo("hello, you");
            assertThat(greet("you")).isEqualTo("hello, you");
        }
    }

    @Test
    public void aPluginThatThrowsHurtsItsOwnConnectionsOnly() throws Exception {
        drop(JAR, "1.0.0", GreetPlugin.FAILS_TO_SERVE);
        product.awaitServing("greet");

        try (var hurt = new LineClient(product.port("greet"))) {
            assertThat(hurt.hear()).isNull();
        }
        talkers.forEach(Talker::awaitProgress);
        drop(JAR, "1.0.1", "hello, ");
        awaitGreeting("hello, you");
    }

    @Test
    public void upgradesThePartsOfTheProductBehindHttp() throws Exception {
        Bundle former = product.bundle("dev.orion.protocol.websocket");

        Path next = PluginJar.dropNext(product.home(), former, "99.0.0");
        Await.until("both run", () -> states().equals(List.of("99.0.0 ACTIVE")) && connects());
        talkers.forEach(Talker::awaitProgress); // the former keeps its own
        assertThat(former.getState()).isEqualTo(Bundle.ACTIVE);

        // It has not gone yet when the newer one goes, so it stays.
        Files.delete(next);
        Await.until("the newer one is gone", () -> deployed().isEmpty());
        talkers.forEach(Talker::awaitProgress);
        assertThat(former.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(connects()).isTrue();

        // Once its last connection has ended, a newer one replaces it altogether.
        Talker last = talkers.remove(1);
        last.finish();
        Path again = PluginJar.dropNext(product.home(), former, "99.0.1");
        Await.until("it is stopped", () -> former.getState() == Bundle.RESOLVED);
        assertThat(connects()).isTrue();
        Files.delete(again);
        Await.until("it is back", () -> former.getState() == Bundle.ACTIVE);
        Await.until("it serves", () -> connects());
    }

    /** Whether somebody new can talk, on a channel of their own. */
    private boolean connects() throws Exception {
        try (Talker talker = Talker.begin("new", () -> new WebSocketClient(product.port("web")))) {
            talker.awaitProgress();
            return true;
        }
    }

    private void drop(String file, String version, String greeting) throws Exception {
        PluginJar.drop(product.home(), file, version, greeting);
    }

    private void awaitGreeting(String expected) {
        Await.until(expected, () -> expected.equals(greet("you")));
    }

    private String greet(String whom) throws Exception {
        try (var client = new LineClient(product.port("greet"))) {
            return client.ask(whom);
        }
    }

    private List<DeployInfo> deployed() {
        return product.service(DeployManager.class).deployed();
    }

    private List<String> states() {
        return deployed().stream().map(info -> info.version() + " " + info.state()).toList();
    }
}
