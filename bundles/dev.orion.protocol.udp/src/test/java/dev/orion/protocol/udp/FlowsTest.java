// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import dev.orion.protocol.UnreachableException;
import dev.orion.testkit.LeakCheck;
import dev.orion.testkit.TestClients;
import dev.orion.testkit.TestConnection;
import dev.orion.testkit.TestRoutes;
import dev.orion.testkit.TestRoutes.TestRoute;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Flows of a socket that is none, with a clock that stands still. */
@ExtendWith(LeakCheck.class)
class FlowsTest {

    private static final InetSocketAddress OWN =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 7101);

    private final TestRoutes routes = new TestRoutes();
    private final Upstreams upstreams = new Upstreams();
    private final TestClients clients = new TestClients();
    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final TestConnection connection =
            new TestConnection(socket, "udp", new Endpoint("udp", "127.0.0.1", 7101));
    private TestRoute route;

    @BeforeEach
    void serve() {
        socket.freezeTime();
        new UdpProtocol(new EchoCommands(), clients, routes, upstreams).serve(connection);
        lead(Map.of("maxFlows", 2, "maxFlowsPerAddress", 2, "idleTimeout", "10s"));
    }

    @AfterEach
    void stop() {
        socket.finishAndReleaseAll();
        upstreams.channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Test
    void sendsEachPeersDatagramsFromASocketOfItsOwn() {
        receive(1, "a");
        receive(2, "b");
        receive(1, "c");

        assertThat(sent(0)).containsExactly("a", "c");
        assertThat(sent(1)).containsExactly("b");
        assertThat(route.info().open()).isEqualTo(2);
    }

    @Test
    void answersThePeerOfTheFlowOnly() {
        receive(1, "a");
        receive(2, "b");

        answer(0, "for one");
        answer(1, "for two");

        assertThat(answers()).containsExactly("1 for one", "2 for two");
    }

    @Test
    void refusesWhoComesWhenThereAreAllFlowsThatMayBe() {
        receive("127.0.0.1", 1);
        receive("127.0.0.2", 1);
        receive("127.0.0.3", 1);

        assertThat(upstreams.channels).hasSize(2);
        assertThat(route.info().open()).isEqualTo(2);
        assertThat(route.info().failed()).isEqualTo(1);
        assertThat(connection.defences()).containsExactly("max-flows");
    }

    @Test
    void oneAddressTakesItsShareOfTheFlowsOnly() {
        lead(Map.of("maxFlows", 8));
        for (int port = 1; port <= 100; port++) {
            receive("127.0.0.1", port);
        }

        assertThat(route.info().open()).isEqualTo(2); // a quarter
        assertThat(connection.defences()).hasSize(98).containsOnly("max-flows-per-address");
        receive("127.0.0.2", 1);
        receive("127.0.0.3", 1);
        assertThat(route.info().open()).isEqualTo(4);
        assertThat(sent(2)).containsExactly("a");
        receive("127.0.0.1", 2);
        assertThat(sent(1)).containsExactly("a", "a"); // what it has goes on
    }

    @Test
    void oneNetworkOfIpv6IsOneAddress() {
        lead(Map.of("maxFlows", 8));
        receive("2001:db8:0:1::1", 1);
        receive("2001:db8:0:1:ffff::2", 1);
        receive("2001:db8:0:1:8000::3", 1);
        receive("2001:db8:0:2::1", 1);

        assertThat(route.info().open()).isEqualTo(3);
        assertThat(connection.defences()).containsExactly("max-flows-per-address");
    }

    @Test
    void whoseFlowsHaveEndedHasRoomAgain() {
        lead(Map.of("maxFlows", 4, "idleTimeout", "10s"));
        receive("127.0.0.1", 1);
        receive("127.0.0.1", 2);
        pass(12);
        receive("127.0.0.1", 3);

        assertThat(sent(1)).containsExactly("a");
        assertThat(connection.defences()).hasSize(1);
    }

    @Test
    void addressesWithoutFlowsAreForgotten() {
        var limits = new FlowLimits();
        var settings = RouteSettings.of(Map.of("maxFlows", 1));
        InetAddress one = address("127.0.0.1");
        InetAddress two = address("127.0.0.2");

        assertThat(limits.enter("r", one, settings)).isEmpty();
        assertThat(limits.enter("r", two, settings)).isEqualTo("max-flows");
        assertThat(limits.addresses()).isEqualTo(1);
        limits.leave("r", one);
        assertThat(limits.addresses()).isZero();
    }

    @Test
    void endsWhatIsIdleAndTakesThePeersNextDatagramForANewFlow() {
        receive(1, "a");
        receive(2, "b");
        pass(6);
        receive(1, "c");
        pass(6);

        assertThat(upstreams.channels.get(0).isOpen()).isTrue();
        assertThat(upstreams.channels.get(1).isOpen()).isFalse();
        assertThat(route.info().open()).isEqualTo(1);
        receive(2, "again");
        assertThat(sent(2)).containsExactly("again");
    }

    @Test
    void anAnswerKeepsAFlow() {
        receive(1, "a");
        pass(6);
        answer(0, "x");
        pass(6);

        assertThat(upstreams.channels.get(0).isOpen()).isTrue();
    }

    @Test
    void noTimerRunsWhenThereIsNoFlow() {
        receive(1, "a");
        pass(30);

        assertThat(route.info().open()).isZero();
        assertThat(socket.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void aFlowStaysOnItsRouteWhenThatIsChanged() {
        receive(1, "a");
        routes.clear();
        receive(1, "b");

        assertThat(sent(0)).containsExactly("a", "b");
    }

    @Test
    void endsWhereNobodyIsAtTheServersPort() {
        receive(1, "a");
        upstreams.channels.get(0).pipeline().fireExceptionCaught(new PortUnreachableException());

        assertThat(upstreams.channels.get(0).isOpen()).isFalse();
        assertThat(route.info().failed()).isEqualTo(1);
        assertThat(route.info().open()).isZero();
    }

    @Test
    void keepsFewDatagramsUntilTheServerIsFound() {
        upstreams.waits = true;
        for (int i = 0; i < 100; i++) {
            receive(1, "n" + i);
        }
        upstreams.goOn.forEach(Runnable::run);

        assertThat(sent(0)).hasSize(16).startsWith("n0", "n1");
    }

    @Test
    void whatWaitsForTheServerKeepsNoMoreThanItself() {
        upstreams.waits = true;
        ByteBuf room = Unpooled.buffer(65_535).writeBytes("hello".getBytes(UTF_8));
        var from = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

        socket.writeInbound(new DatagramPacket(room.retainedSlice(), OWN, from));

        assertThat(room.refCnt()).isEqualTo(1); // only what the test has
        upstreams.goOn.forEach(Runnable::run);
        assertThat(sent(0)).containsExactly("hello");
        room.release();
    }

    /** Netty sends none, and with sendmmsg in its place a second time what comes behind it. */
    @Test
    void passesNoEmptyDatagramOn() {
        receive(1, "a");
        receive(1, "");
        receive(1, "b");
        answer(0, "c");
        answer(0, "");
        answer(0, "d");
        receive(2, "");
        receive(2, "e");

        assertThat(sent(0)).containsExactly("a", "b");
        assertThat(answers()).containsExactly("1 c", "1 d");
        assertThat(sent(1)).containsExactly("e");
    }

    @Test
    void anEmptyDatagramKeepsAFlow() {
        receive(1, "a");
        pass(6);
        receive(1, "");
        pass(6);

        assertThat(upstreams.channels.get(0).isOpen()).isTrue();
    }

    @Test
    void countsThatTheServerCannotBeFound() {
        upstreams.fails = true;
        receive(1, "a");

        assertThat(route.info().failed()).isEqualTo(1);
        assertThat(route.info().open()).isZero();
    }

    @Test
    void endsAllFlowsWhenThePlugInGoes() {
        receive(1, "a");
        receive(2, "b");

        socket.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

        assertThat(upstreams.channels).noneMatch(EmbeddedChannel::isOpen);
        assertThat(route.info().open()).isZero();
        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void makesMessagesOfDatagrams() {
        routes.clear();
        route =
                routes.add(
                        "udp::7101",
                        "channel:in/{port}",
                        Map.of("user", "m", "contentType", "x/y"));

        receive(1, "hello");

        assertThat(clients.published()).containsExactly("in/1 x/y hello");
        assertThat(clients.spec().user()).isEqualTo("m");
        assertThat(route.info().total()).isEqualTo(1);
        assertThat(route.info().open()).isZero();
    }

    @Test
    void takesCommandsWhereThereIsNoRoute() {
        routes.clear();

        receive(1, "question");
        receive(2, "longer?");

        assertThat(answers()).containsExactly("1 noitseuq");
    }

    @Test
    void writesNothingThatIsNoDatagram() {
        socket.writeAndFlush(Unpooled.copiedBuffer("a delivery", UTF_8));

        assertThat(answers()).isEmpty();
        assertThat(socket.isOpen()).isTrue();
    }

    private void lead(Map<String, Object> settings) {
        routes.clear();
        route = routes.add("udp::7101", "udp://127.0.0.1:9", settings);
    }

    private void receive(int peer, String text) {
        receive(new InetSocketAddress(InetAddress.getLoopbackAddress(), peer), text);
    }

    private static InetAddress address(String text) {
        return NetUtil.createInetAddressFromIpAddressString(text);
    }

    /** An {@code a} from there. */
    private void receive(String address, int port) {
        receive(new InetSocketAddress(address(address), port), "a");
    }

    private void receive(InetSocketAddress peer, String text) {
        socket.writeInbound(new DatagramPacket(Unpooled.copiedBuffer(text, UTF_8), OWN, peer));
    }

    private void answer(int flow, String text) {
        upstreams
                .channels
                .get(flow)
                .writeInbound(
                        new DatagramPacket(
                                Unpooled.copiedBuffer(text, UTF_8),
                                OWN,
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)));
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds * 2; i++) {
            socket.advanceTimeBy(500, TimeUnit.MILLISECONDS);
            socket.runScheduledPendingTasks();
        }
    }

    private List<String> sent(int flow) {
        List<String> all = new ArrayList<>();
        ByteBuf next;
        while ((next = upstreams.channels.get(flow).readOutbound()) != null) {
            all.add(next.toString(UTF_8));
            next.release();
        }
        return all;
    }

    /** {@code peer text}, in order. */
    private List<String> answers() {
        List<String> all = new ArrayList<>();
        DatagramPacket next;
        while ((next = socket.readOutbound()) != null) {
            all.add(next.recipient().getPort() + " " + next.content().toString(UTF_8));
            next.release();
        }
        return all;
    }

    /** Opens channels without sockets. */
    private static final class Upstreams implements Connector {

        final List<EmbeddedChannel> channels = new ArrayList<>();
        final List<Runnable> goOn = new ArrayList<>();
        boolean waits;
        boolean fails;

        @Override
        public Future<Connection> connect(
                Endpoint endpoint, EventLoop loop, Consumer<Connection> install) {
            Promise<Connection> result = loop.newPromise();
            Runnable open =
                    () -> {
                        if (fails) {
                            result.setFailure(new UnreachableException(endpoint, "gone"));
                            return;
                        }
                        var channel = new EmbeddedChannel();
                        Reading.pause(channel);
                        channels.add(channel);
                        var connection = new TestConnection(channel, "udp", endpoint);
                        install.accept(connection);
                        result.setSuccess(connection);
                    };
            if (waits) {
                goOn.add(open);
            } else {
                open.run();
            }
            return result;
        }
    }
}
