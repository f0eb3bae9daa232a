// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.ServerSocket;
import java.util.Set;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The file is changed while numbers flow. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ReconfigureIT {

    private static final String CHAT =
            ", \"dev.orion.channel~chat\": { \"pattern\": \"chat/#\", \"history\": %d }";

    @Inject private BundleContext context;

    @Configuration
    public Option[] assembly() throws Exception {
        return Assembly.options(Configurations.DEFAULT);
    }

    @Test
    public void movesAListenerAndChangesTheRulesOfChannels() throws Exception {
        Product product = Product.of(context);
        product.awaitServing("web", "tcp");
        try (Talker websocket = product.talker("websocket");
                Talker tcp = product.talker("tcp");
                var early = new LineClient(product.port("tcp"))) {
            early.ask("{\"id\":1,\"connect\":{}}");
            assertThat(history(early)).contains("\"error\"");
            int left = product.port("tcp");
            int moved = freePort();

            product.configure(Configurations.withTcpPort(moved, CHAT.formatted(5)));

            Await.until("the new port", () -> product.port("tcp") == moved);
            product.awaitServing("tcp");
            try (Talker late = Talker.begin("late", () -> connected(moved))) {
                late.awaitProgress();
                late.finish();
            }
            Await.until("the old port is closed", () -> isRefused(left));
            Await.until("there is history", () -> !history(early).contains("\"error\""));
            for (int i = 0; i < 8; i++) {
                early.ask("{\"id\":9,\"publish\":{\"channel\":\"chat/a\",\"data\":" + i + "}}");
            }
            assertThat(history(early).split("\"data\":")).hasSize(5 + 1);

            // Also by a configuration bundle that has been stopped meanwhile.
            Bundle config = product.bundle("dev.orion.config");
            config.stop();
            config.start();
            product.configure(Configurations.withTcpPort(moved, CHAT.formatted(2)));
            Await.until("less history", () -> history(early).split("\"data\":").length == 2 + 1);

            for (Talker talker : Set.of(websocket, tcp)) {
                talker.awaitProgress();
                talker.finish();
            }
        }
    }

    private static Client connected(int port) throws Exception {
        return new LineClient(port);
    }

    private static String history(LineClient client) throws Exception {
        return client.ask("{\"id\":8,\"history\":{\"channel\":\"chat/a\",\"limit\":100}}");
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean isRefused(int port) throws Exception {
        try (var client = new LineClient(port)) {
            return client.hear() == null;
        } catch (ConnectException refused) {
            return true;
        }
    }
}
