// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import dev.orion.route.RouteInfo;
import dev.orion.route.RouteManager;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

/** Routes of TCP and UDP, and what is on them while the plug-ins are replaced. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class EdgeIT {

    private static final String PORTS = "orion.itest.edge.ports";

    @Inject private BundleContext context;

    private Product product;
    private int[] ports;
    private ServerSocket tcpServer;
    private DatagramSocket udpServer;
    private Thread echo;

    @Configuration
    public Option[] assembly() throws Exception {
        // tcp and udp through, tcp and udp to a channel, tcp and udp of the servers
        int[] free = free(6);
        System.setProperty(PORTS, Arrays.toString(free));
        return Assembly.options(
                Configurations.withTcpPort(
                        0,
                        """
                        , "dev.orion.hotdeploy": { "drainTimeout": "5s" },
                          "dev.orion.listener~udp": { "uri": "udp://127.0.0.1:0" },
                          "dev.orion.listener~a": { "uri": "tcp://127.0.0.1:%1$d" },
                          "dev.orion.listener~b": { "uri": "udp://127.0.0.1:%2$d" },
                          "dev.orion.listener~c": { "uri": "tcp://127.0.0.1:%3$d" },
                          "dev.orion.listener~d": { "uri": "udp://127.0.0.1:%4$d" },
                          "dev.orion.route~a": { "match": "tcp::%1$d", "to": "tcp://127.0.0.1:%5$d" },
                          "dev.orion.route~b": { "match": "udp::%2$d", "to": "udp://127.0.0.1:%6$d" },
                          "dev.orion.route~c": { "match": "tcp::%3$d", "to": "channel:in/tcp", "framing": "line", "back": "channel:back" },
                          "dev.orion.route~d": { "match": "udp::%4$d", "to": "channel:in/udp" }
                        """
                                .formatted(free[0], free[1], free[2], free[3], free[4], free[5])));
    }

    @Before
    public void start() throws Exception {
        String[] texts = System.getProperty(PORTS).replaceAll("[^0-9,]", "").split(",", -1);
        ports = Arrays.stream(texts).mapToInt(Integer::parseInt).toArray();
        tcpServer = new ServerSocket(ports[4], 10, InetAddress.getLoopbackAddress());
        tcpServer.setSoTimeout((int) Await.SOON.toMillis());
        udpServer = new DatagramSocket(ports[5], InetAddress.getLoopbackAddress());
        product = Product.of(context);
        product.awaitServing("tcp", "udp", "a", "b", "c", "d");
        echo = new Thread(this::echoDatagrams, "echo");
        echo.setDaemon(true);
        echo.start();
    }

    @After
    public void leaveAsFound() throws Exception {
        tcpServer.close();
        udpServer.close();
        // A socket that a thread receives on gives its port back only when that thread has left it.
        echo.join(Await.SOON.toMillis());
        for (Bundle bundle : product.bundles()) {
            bundle.start();
        }
    }

    @Test
    public void aTcpFlowDoesNotMindThePlugInOfUdp() throws Exception {
        try (Socket client = connect(ports[0]);
                Socket server = tcpServer.accept()) {
            say(client, server, "before");
            product.bundle("dev.orion.protocol.udp").stop();
            say(client, server, "without");
            say(server, client, "back");
            product.bundle("dev.orion.protocol.udp").start();
            say(client, server, "after");
        }
    }

    @Test
    public void connectionsWaitForThePlugInOfTcpAndAreCarriedThen() throws Exception {
        Bundle tcp = product.bundle("dev.orion.protocol.tcp");
        try (Socket client = connect(ports[0]);
                Socket server = tcpServer.accept()) {
            say(client, server, "before");
            tcp.stop();
            assertThat(client.getInputStream().read()).isEqualTo(-1); // it was told to go
            assertThat(server.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket client = connect(ports[0])) {
            client.getOutputStream().write("waited".getBytes(UTF_8));
            tcp.start();
            try (Socket server = tcpServer.accept()) {
                assertThat(text(server, 6)).isEqualTo("waited");
                say(server, client, "served");
            }
        }
    }

    @Test
    public void aTcpFlowStaysWithTheFormerVersionUntilItsTimeIsOver() throws Exception {
        Bundle former = product.bundle("dev.orion.protocol.tcp");
        try (Socket old = connect(ports[0]);
                Socket oldServer = tcpServer.accept()) {
            say(old, oldServer, "before");
            Path next = PluginJar.dropNext(product.home(), former, "99.0.0");
            Await.until("the next version", () -> connections("99.0.0") == 0);
            say(old, oldServer, "still the former's");

            try (Socket fresh = connect(ports[0]);
                    Socket freshServer = tcpServer.accept()) {
                say(fresh, freshServer, "the next one's");
                assertThat(connections("99.0.0")).isEqualTo(1);

                assertThat(old.getInputStream().read()).isEqualTo(-1); // its time is over
                assertThat(oldServer.getInputStream().read()).isEqualTo(-1);
                Await.until("it has gone", () -> former.getState() == Bundle.RESOLVED);
                say(freshServer, fresh, "goes on");
            }
            Files.delete(next);
            Await.until("it is back", () -> former.getState() == Bundle.ACTIVE);
        }
        try (Socket client = connect(ports[0]);
                Socket server = tcpServer.accept()) {
            say(client, server, "the former's again");
        }
    }

    /** How many connections a version of the plug-in for TCP has; -1 where it is not there. */
    private int connections(String version) {
        return product.service(ProtocolManager.class).protocols().stream()
                .filter(info -> info.name().equals("tcp") && info.version().equals(version))
                .findFirst()
                .map(ProtocolInfo::connections)
                .orElse(-1);
    }

    @Test
    public void datagramsWaitForThePlugInOfUdpAndAreCarriedThen() throws Exception {
        try (var peer = new Peer(ports[1])) {
            assertThat(peer.ask("one")).isEqualTo("echo one");

            Bundle udp = product.bundle("dev.orion.protocol.udp");
            udp.stop();
            peer.send("waited");
            udp.start();

            assertThat(peer.receive()).isEqualTo("echo waited");
            udp.update();
            assertThat(peer.ask("updated")).isEqualTo("echo updated");
        }
    }

    @Test
    public void devicesAndCommandsMeetOnChannels() throws Exception {
        try (var listener = new LineClient(product.port("tcp"));
                Socket device = connect(ports[2]);
                var sensor = new Peer(ports[3]);
                var commands = new Peer(product.port("udp"))) {
            listener.say("{\"id\":1,\"connect\":{}}");
            listener.hear();
            listener.say("{\"id\":2,\"subscribe\":{\"channel\":\"in/tcp\"}}");
            listener.hear();
            listener.say("{\"id\":3,\"subscribe\":{\"channel\":\"in/udp\"}}");
            listener.hear();

            device.getOutputStream().write("from a device\r\n".getBytes(UTF_8));
            assertThat(listener.hear()).contains("in/tcp").contains("\"from a device\"");
            sensor.send("{\"t\":21}");
            assertThat(listener.hear()).contains("in/udp").contains("{\"t\":21}");
            assertThat(commands.ask("{\"id\":9,\"publish\":{\"channel\":\"in/udp\",\"data\":1}}"))
                    .isEqualTo("{\"id\":9,\"publish\":{}}");
            assertThat(listener.hear()).contains("in/udp");

            commands.send("{\"publish\":{\"channel\":\"back\",\"data\":{\"to\":\"device\"}}}");
            assertThat(text(device, 16)).isEqualTo("{\"to\":\"device\"}\n");
        }
        Await.until("the device has gone", () -> route("c").open() == 0);
        assertThat(route("d").failed()).isZero();
    }

    private RouteInfo route(String name) {
        return product.service(RouteManager.class).routes().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void say(Socket from, Socket to, String text) throws IOException {
        from.getOutputStream().write(text.getBytes(UTF_8));
        assertThat(text(to, text.length())).isEqualTo(text);
    }

    private static String text(Socket from, int length) throws IOException {
        return new String(from.getInputStream().readNBytes(length), UTF_8);
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Await.SOON.toMillis());
        return socket;
    }

    private void echoDatagrams() {
        var packet = new DatagramPacket(new byte[2048], 2048);
        try {
            while (true) {
                packet.setLength(2048);
                udpServer.receive(packet);
                String text = new String(packet.getData(), 0, packet.getLength(), UTF_8);
                byte[] answer = ("echo " + text).getBytes(UTF_8);
                udpServer.send(
                        new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (SocketException closed) {
            // the test is over
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static int[] free(int count) throws IOException {
        int[] ports = new int[count];
        ServerSocket[] held = new ServerSocket[count];
        for (int i = 0; i < count; i++) {
            held[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            ports[i] = held[i].getLocalPort();
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    /** Sends datagrams and waits for answers; asks again where a datagram was dropped. */
    private static final class Peer implements AutoCloseable {

        private final DatagramSocket socket = new DatagramSocket();

        Peer(int port) throws IOException {
            socket.setSoTimeout(2000);
            socket.connect(InetAddress.getLoopbackAddress(), port);
        }

        void send(String text) throws IOException {
            byte[] bytes = text.getBytes(UTF_8);
            socket.send(new DatagramPacket(bytes, bytes.length));
        }

        String receive() throws IOException {
            var packet = new DatagramPacket(new byte[2048], 2048);
            socket.receive(packet);
            return new String(packet.getData(), 0, packet.getLength(), UTF_8);
        }

        String ask(String text) throws IOException {
            for (int attempt = 0; attempt < 5; attempt++) {
                send(text);
                try {
                    return receive();
                } catch (SocketTimeoutException lost) {
                    // once more
                }
            }
            throw new IOException("no answer");
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
