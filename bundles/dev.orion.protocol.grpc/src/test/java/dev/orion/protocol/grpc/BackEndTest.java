// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections to a back end: how they are kept, and how they end under calls. */
class BackEndTest {

    private static final byte[] HELLO = "any bytes".getBytes(StandardCharsets.UTF_8);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(50);

    private RawBackEnd back = new RawBackEnd(Http2Settings.defaultSettings());
    private GrpcServer orion;
    private RawPeer peer;

    private void start(Duration idle, Duration ping, Duration pong) {
        start(new BackEndSettings(1, 100, 10, 16_384, 65_535, LONG, idle, ping, pong));
    }

    private void start(BackEndSettings settings) {
        orion =
                new GrpcServer(
                        new GrpcProtocol.Settings(
                                4_194_304, GrpcServer.SETTINGS.http(), 300, settings));
        orion.to(back.port());
        peer = new RawPeer(orion.port());
    }

    @AfterEach
    void stop() {
        peer.close();
        orion.close();
        back.close();
    }

    private RawPeer.Call begin(String path) {
        return peer.begin(RawPeer.head(path), false);
    }

    private void assertServed(String path) throws Exception {
        var call = peer.call(RawPeer.head(path), HELLO);
        var taken = back.next();
        assertThat(taken.head.path()).hasToString(path);
        assertThat(taken.request.get(10, TimeUnit.SECONDS)).isEqualTo(HELLO);
        taken.only("0");
        assertThat(call.status()).isEqualTo("200/0");
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    // Keep-alive

    @Test
    void aConnectionWithCallsIsAskedAgainAndAgainAndIsNotIdle() throws Exception {
        start(Duration.ofMillis(10), SHORT, LONG);
        var call = begin("/a/long");
        var taken = back.next();
        await(() -> back.pings.get() >= 3);

        taken.only("0");
        assertThat(call.status()).isEqualTo("200/0");
        assertThat(back.connections).hasValue(1);
    }

    @Test
    void whoDoesNotAnswerThePingIsTakenForGone() throws Exception {
        start(LONG, SHORT, SHORT);
        var one = begin("/a/1");
        back.next();
        var two = begin("/a/2");
        back.next().muteConnection();

        assertThat(one.status()).isEqualTo("200/14");
        assertThat(two.status()).isEqualTo("200/14");
        await(() -> orion.routes.ended.get() == 2);
        assertThat(orion.routes.failed).hasValue(2);
    }

    @Test
    void aConnectionWithoutCallsEndsAndTheNextCallOpensAnother() throws Exception {
        start(SHORT, LONG, LONG);
        assertServed("/a/1");
        await(() -> back.ended.get() == 1);

        assertServed("/a/2");
        assertThat(back.connections).hasValue(2);
        assertThat(back.pings).hasValue(0);
    }

    // GOAWAY

    @Test
    void callsOverTheLastOneOfAGoAwayGoOnceMoreAndAllNewOnesWithThem() throws Exception {
        start(LONG, LONG, LONG);
        var one = begin("/a/1");
        var first = back.next();
        var two = begin("/a/2");
        var second = back.next();
        var three = peer.call(RawPeer.head("/a/3"), HELLO);
        back.next();
        second.goAwayBehind();

        var again = back.next();
        assertThat(again.request.get(10, TimeUnit.SECONDS)).isEqualTo(HELLO);
        assertServed("/a/4");
        assertThat(back.connections).hasValue(2);
        again.only("0");
        assertThat(three.status()).isEqualTo("200/0");
        assertThat(back.ended).hasValue(0);

        first.only("0");
        assertThat(one.status()).isEqualTo("200/0");
        second.only("5");
        assertThat(two.status()).isEqualTo("200/5");
        await(() -> back.ended.get() == 1); // the old one, after its last call
        assertThat(orion.routes.failed).hasValue(0);
    }

    @Test
    void aCallOverTheLastOneThatIsTooLongToGoOnceMoreIsUnavailable() throws Exception {
        start(LONG, LONG, LONG);
        begin("/a/1");
        var first = back.next();
        var call = begin("/a/2");
        var second = back.next();
        call.send(new byte[100_000], false);
        await(() -> second.received() == 100_000);
        first.goAwayBehind();

        assertThat(call.status()).isEqualTo("200/14");
        assertThat(orion.routes.failed).hasValue(1);
        assertThat(back.isQuiet()).isTrue();
    }

    // The end of a back end

    @Test
    void aBackEndThatIsKilledFailsEachCallOnceAndServesTheNextWhenItIsBack() throws Exception {
        start(LONG, LONG, LONG);
        List<RawPeer.Call> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(begin("/a/" + i));
            back.next();
        }
        int port = back.port();
        back.close();

        for (RawPeer.Call call : calls) {
            assertThat(call.status()).isEqualTo("200/14");
        }
        assertThat(begin("/a/meanwhile").status()).isEqualTo("200/14");
        await(() -> orion.routes.ended.get() == 6);
        assertThat(orion.routes.began).hasValue(6);
        assertThat(orion.routes.failed).hasValue(6);

        back = new RawBackEnd(Http2Settings.defaultSettings(), port);
        assertServed("/a/after");
    }

    @Test
    void whatWaitsWhenAConnectionIsLostGoesOverTheNext() throws Exception {
        start(new BackEndSettings(1, 1, 10, 16_384, 65_535, LONG, LONG, LONG, LONG));
        var one = begin("/a/1");
        var first = back.next();
        var two = peer.call(RawPeer.head("/a/2"), HELLO);
        var three = peer.call(RawPeer.head("/a/3"), HELLO);
        first.dropConnection();

        assertThat(one.status()).isEqualTo("200/14");
        back.next().only("0");
        assertThat(two.status()).isEqualTo("200/0");
        back.next().only("0");
        assertThat(three.status()).isEqualTo("200/0");
        assertThat(back.connections).hasValue(2);
        assertThat(orion.routes.failed).hasValue(1);
    }

    // The end of the plug-in

    @Test
    void callsWithADeadlineOutliveThePlugIn() throws Exception {
        start(LONG, LONG, LONG);
        var call = peer.call(RawPeer.head("/a/b", "grpc-timeout", "1M"), HELLO);
        var taken = back.next();
        orion.protocol.close();
        // The pause of the event loops says that it has been done.
        orion.connector.opened.forEach(
                one -> one.channel().eventLoop().submit(() -> {}).syncUninterruptibly());
        taken.only("0");

        assertThat(call.status()).isEqualTo("200/0");
        await(() -> back.ended.get() == 1); // and so has its connection
    }

    @Test
    void callsThatComeWhenThePlugInIsGoneAreUnavailable() throws Exception {
        start(LONG, LONG, LONG);
        assertServed("/a/1");
        orion.protocol.close();
        await(() -> back.ended.get() == 1);

        assertThat(begin("/a/2").status()).isEqualTo("200/14");
        assertThat(back.connections).hasValue(1);
    }
}
