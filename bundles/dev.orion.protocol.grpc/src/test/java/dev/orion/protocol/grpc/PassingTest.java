// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls along a route, where the back end or the caller does something out of the ordinary. */
class PassingTest {

    private static final byte[] HELLO = "any bytes".getBytes(StandardCharsets.UTF_8);

    private GrpcServer orion = new GrpcServer();
    private RawBackEnd back = new RawBackEnd(Http2Settings.defaultSettings());
    private RawPeer peer = start();

    private RawPeer start() {
        orion.to(back.port());
        return new RawPeer(orion.port());
    }

    private void restart(Http2Settings backs, BackEndSettings settings) {
        stop();
        back = new RawBackEnd(backs);
        orion =
                new GrpcServer(
                        new GrpcProtocol.Settings(
                                4_194_304, GrpcServer.SETTINGS.http(), 300, settings));
        peer = start();
    }

    @AfterEach
    void stop() {
        peer.close();
        // Netty ends streams in a task of its own, which a loop that is shut down no longer runs.
        await(() -> orion.routes.ended.get() == orion.routes.began.get());
        orion.close();
        back.close();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static <T> T got(java.util.concurrent.CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    private static BackEndSettings settings(int connections, int streams, int waiting) {
        return settings(connections, streams, waiting, 65_535);
    }

    private static BackEndSettings settings(
            int connections, int streams, int waiting, int windowBytes) {
        return new BackEndSettings(
                connections,
                streams,
                waiting,
                16_384,
                windowBytes,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofMinutes(6),
                BackEndSettings.PONG);
    }

    @Test
    void bytesAndFieldsArePassedAsTheyAre() throws Exception {
        var call =
                peer.call(
                        RawPeer.head("/any.Body/Call", "a-bin", "AAE", "grpc-encoding", "zstd"),
                        HELLO);
        var taken = back.next();
        assertThat(got(taken.request)).isEqualTo(HELLO);
        assertThat(taken.head.path()).hasToString("/any.Body/Call");
        assertThat(taken.head.get("a-bin")).hasToString("AAE");
        assertThat(taken.head.get("grpc-encoding")).hasToString("zstd");
        assertThat(taken.head.get("te")).hasToString("trailers");
        assertThat(taken.head.authority()).hasToString("127.0.0.1:" + back.port());

        taken.head();
        taken.data(HELLO);
        taken.end("3");

        assertThat(call.status()).isEqualTo("200/3");
        assertThat(call.data()).isEqualTo(HELLO);
        await(() -> orion.routes.ended.get() == 1);
        assertThat(orion.routes.failed).hasValue(0);
    }

    @Test
    void trailersOnlyStaysTrailersOnly() throws Exception {
        var call = peer.call(RawPeer.head("/a/b"), HELLO);
        back.next().only("5");

        assertThat(call.status()).isEqualTo("200/5");
        assertThat(call.head.get()).isSameAs(call.end.get());
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestEndsBothSides() throws Exception {
        var call = peer.begin(RawPeer.head("/a/b"), false);
        var taken = back.next();
        taken.only("8");

        assertThat(call.status()).isEqualTo("200/8");
        assertThat(got(call.reset)).isEqualTo(Http2Error.NO_ERROR);
        got(taken.gone);
    }

    @Test
    void theCallersResetGoesThrough() throws Exception {
        var call = peer.begin(RawPeer.head("/a/b"), false);
        var taken = back.next();
        call.reset(Http2Error.CANCEL);

        assertThat(got(taken.reset)).isEqualTo(Http2Error.CANCEL);
        await(() -> orion.routes.ended.get() == 1);
    }

    @Test
    void theBackEndsResetGoesThrough() throws Exception {
        var call = peer.begin(RawPeer.head("/a/b"), false);
        back.next().resets(Http2Error.ENHANCE_YOUR_CALM);

        assertThat(got(call.reset)).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
    }

    @Test
    void theEndOfTheCallersConnectionCancelsItsCalls() throws Exception {
        peer.begin(RawPeer.head("/a/b"), false);
        var taken = back.next();
        peer.drop();

        assertThat(got(taken.reset)).isEqualTo(Http2Error.CANCEL);
    }

    @Test
    void aDeadlineIsTheBackEndsAndOursToo() throws Exception {
        var call = peer.begin(RawPeer.head("/a/b", "grpc-timeout", "150m"), false);
        var taken = back.next();
        int ms = Integer.parseInt(taken.head.get("grpc-timeout").toString().replace("m", ""));
        assertThat(ms).isBetween(1, 150);

        assertThat(call.status()).isEqualTo("200/4");
        assertThat(got(taken.reset)).isEqualTo(Http2Error.CANCEL);
    }

    @Test
    void aBackEndThatIsNotThereIsUnavailable() throws Exception {
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            orion.to(closed.getLocalPort());
        }
        var call = peer.begin(RawPeer.head("/a/b"), false);

        assertThat(call.status()).isEqualTo("200/14");
        assertThat(orion.routes.failed).hasValue(1);
        assertThat(orion.routes.ended).hasValue(1);
    }

    @Test
    void aBackEndThatSpeaksSomethingElseIsUnavailable() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            orion.to(other.getLocalPort());
            var call = peer.begin(RawPeer.head("/a/b"), false);
            try (var accepted = other.accept()) {
                accepted.getOutputStream().write("220 hello\r\n".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(call.status()).isEqualTo("200/14");
        }
    }

    @Test
    void aLostConnectionIsUnavailable() throws Exception {
        var call = peer.begin(RawPeer.head("/a/b"), false);
        back.next().dropConnection();

        assertThat(call.status()).isEqualTo("200/14");
        assertThat(orion.routes.failed).hasValue(1);
    }

    @Test
    void whatWasNotLookedAtGoesOnceMore() throws Exception {
        var call = peer.call(RawPeer.head("/a/b"), HELLO);
        var first = back.next();
        got(first.request);
        first.goAwayUntouched();

        var second = back.next();
        assertThat(got(second.request)).isEqualTo(HELLO);
        second.only("0");
        assertThat(call.status()).isEqualTo("200/0");
        assertThat(back.connections).hasValue(2);
        assertThat(orion.routes.began).hasValue(1);
    }

    @Test
    void whatWasRefusedGoesOnceMoreButNotForEver() throws Exception {
        var call = peer.call(RawPeer.head("/a/b"), HELLO);
        back.next().resets(Http2Error.REFUSED_STREAM);
        assertThat(got(back.next().request)).isEqualTo(HELLO);

        var other = peer.call(RawPeer.head("/c/d"), HELLO);
        for (int i = 0; i < 3; i++) {
            back.next().resets(Http2Error.REFUSED_STREAM);
        }
        assertThat(got(other.reset)).isEqualTo(Http2Error.REFUSED_STREAM);
        assertThat(call.end).isNotDone();
    }

    @Test
    void callsShareAConnectionUpToItsLimitThenWait() throws Exception {
        restart(Http2Settings.defaultSettings().maxConcurrentStreams(2), settings(1, 100, 1));
        peer.begin(RawPeer.head("/a/1"), false);
        back.next();
        var second = peer.begin(RawPeer.head("/a/2"), false);
        var taken = back.next();
        var waiting = peer.call(RawPeer.head("/a/3"), HELLO);
        var refused = peer.begin(RawPeer.head("/a/4"), false);

        assertThat(refused.status()).isEqualTo("200/14");
        assertThat(back.isQuiet()).isTrue();
        taken.only("0");
        assertThat(second.status()).isEqualTo("200/0");
        assertThat(got(back.next().request)).isEqualTo(HELLO);
        assertThat(waiting.end).isNotDone();
        assertThat(back.connections).hasValue(1);
    }

    @Test
    void moreConnectionsAreOpenedWhereOneIsFull() throws Exception {
        restart(Http2Settings.defaultSettings().maxConcurrentStreams(1), settings(2, 100, 1));
        peer.begin(RawPeer.head("/a/1"), false);
        back.next();
        peer.begin(RawPeer.head("/a/2"), false);
        back.next();

        assertThat(back.connections).hasValue(2);
    }

    @Test
    void aCallThatIsTakenBackWaitsNoMore() throws Exception {
        restart(Http2Settings.defaultSettings().maxConcurrentStreams(1), settings(1, 100, 1));
        peer.begin(RawPeer.head("/a/1"), false);
        var taken = back.next();
        var waiting = peer.begin(RawPeer.head("/a/2"), false);
        waiting.reset(Http2Error.CANCEL);
        await(() -> orion.routes.ended.get() == 1);
        var third = peer.call(RawPeer.head("/a/3"), HELLO);
        taken.only("0");

        assertThat(back.next().head.path()).hasToString("/a/3");
        assertThat(third.end).isNotDone();
    }

    @Test
    void aBackEndThatDoesNotReadHoldsTheCallerAndNobodyElse() throws Exception {
        var call = peer.begin(RawPeer.head("/a/slow"), false);
        var slow = back.next();
        slow.stream.config().setAutoRead(false);
        byte[] piece = new byte[16_384];
        for (int i = 0; i < 100; i++) {
            call.send(piece, false);
        }
        await(() -> !call.stream.isWritable());

        var other = peer.call(RawPeer.head("/a/quick"), HELLO);
        var quick = back.next();
        assertThat(got(quick.request)).isEqualTo(HELLO);
        quick.only("0");
        assertThat(other.status()).isEqualTo("200/0");
        assertThat(call.stream.isWritable()).isFalse();

        call.send(new byte[0], true);
        slow.stream.config().setAutoRead(true);
        assertThat(got(slow.request)).hasSize(100 * piece.length);
    }

    @Test
    void aCallerThatDoesNotReadHoldsTheBackEndAndNobodyElse() throws Exception {
        var call = peer.call(RawPeer.head("/a/slow"), HELLO);
        var taken = back.next();
        call.stream.config().setAutoRead(false);
        taken.head();
        byte[] piece = new byte[16_384];
        for (int i = 0; i < 100; i++) {
            taken.data(piece);
        }
        taken.end("0");
        await(() -> !taken.stream.isWritable());

        var other = peer.call(RawPeer.head("/a/quick"), HELLO);
        var quick = back.next();
        quick.head();
        quick.data(new byte[30_000]);
        quick.end("0");
        assertThat(other.status()).isEqualTo("200/0");
        assertThat(other.data()).hasSize(30_000);
        assertThat(taken.stream.isWritable()).isFalse();

        call.stream.config().setAutoRead(true);
        assertThat(call.status()).isEqualTo("200/0");
        assertThat(call.data()).hasSize(100 * piece.length);
    }

    @Test
    void aCallThatGoesOnceMoreIsPassedOnInOrder() throws Exception {
        restart(Http2Settings.defaultSettings().maxConcurrentStreams(1), settings(1, 100, 1));
        var call = peer.begin(RawPeer.head("/a/refused"), false);
        var refused = back.next();
        call.send("one ".getBytes(StandardCharsets.UTF_8), false);
        await(() -> refused.received() == 4);
        peer.begin(RawPeer.head("/a/between"), true);
        assertFull();
        refused.resets(Http2Error.REFUSED_STREAM);
        var between = back.next();
        for (String piece : List.of("two ", "three ", "four")) {
            call.send(piece.getBytes(StandardCharsets.UTF_8), piece.equals("four"));
        }
        assertFull(); // and all of that has come
        between.only("0");

        assertThat(got(back.next().request)).asString().isEqualTo("one two three four");
    }

    private void assertFull() throws Exception {
        assertThat(peer.call(RawPeer.head("/a/full"), HELLO).status()).isEqualTo("200/14");
    }

    @Test
    void aCallThatIsTakenBackUnreadLeavesItsPlace() throws Exception {
        restart(Http2Settings.defaultSettings(), settings(1, 2, 1, 1_000_000));
        var call = peer.call(RawPeer.head("/a/unread"), HELLO);
        var taken = back.next();
        call.stream.config().setAutoRead(false);
        taken.head();
        for (int i = 0; i < 200; i++) {
            taken.data(new byte[16_384]);
        }
        do { // until nothing moves any more
            var other = peer.call(RawPeer.head("/a/other"), HELLO);
            back.next().only("0");
            assertThat(other.status()).isEqualTo("200/0");
        } while (taken.window() > 0);
        call.stream.close();
        got(taken.gone);

        peer.begin(RawPeer.head("/a/long"), false);
        back.next();
        var next = peer.call(RawPeer.head("/a/next"), HELLO);
        back.next().only("0");
        assertThat(next.status()).isEqualTo("200/0");
    }

    @Test
    void aCallOutlivesTheGoodbyeOfItsConnection() throws Exception {
        var call = peer.call(RawPeer.head("/a/b"), HELLO);
        var taken = back.next();
        orion.goAway();
        taken.only("0");

        assertThat(call.status()).isEqualTo("200/0");
    }

    @Test
    void metadataThatTheBackEndDoesNotTakeEndsOneCallAndNoOther() throws Exception {
        restart(Http2Settings.defaultSettings().maxHeaderListSize(400), settings(1, 100, 1));
        var other = peer.begin(RawPeer.head("/a/b"), true);
        var taken = back.next();
        var call = peer.begin(RawPeer.head("/a/b", "long", "x".repeat(1000)), false);

        assertThat(call.status()).isEqualTo("200/13");
        assertThat(got(call.reset)).isEqualTo(Http2Error.NO_ERROR);
        taken.only("0");
        assertThat(other.status()).isEqualTo("200/0");
    }

    @Test
    void metadataThatTheBackEndDoesNotTakeIsInternal() throws Exception {
        restart(Http2Settings.defaultSettings().maxHeaderListSize(400), settings(1, 100, 1));
        var call = peer.begin(RawPeer.head("/a/b", "long", "x".repeat(1000)), true);

        assertThat(call.status()).isEqualTo("200/13");
    }
}
