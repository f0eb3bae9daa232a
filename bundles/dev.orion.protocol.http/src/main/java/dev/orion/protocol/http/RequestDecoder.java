// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Netty's request decoder, which can be paused between two messages and refuses what Netty lets
 * pass: bare line ends before a request, folded lines of heads and trailers, several lengths in
 * HTTP/1.0, and a request line that is not exactly three words with a space between them (RFC 9112
 * §2.2, §3, §5.2, §6.3).
 *
 * <p>While it is paused, bytes stay bytes: nothing is decoded ahead of the exchange in progress,
 * and what follows an upgrade is handed on untouched when the decoder is removed.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class RequestDecoder extends HttpRequestDecoder {

    static final String NAME = "decode";

    /** The message that says that the peer has begun to speak HTTP/2 (RFC 9113 §3.4). */
    static final Object HTTP2 =
            new Object() {
                @Override
                public String toString() {
                    return "RequestDecoder.HTTP2";
                }
            };

    private static final ByteBuf PREFACE =
            Unpooled.unreleasableBuffer(
                    Unpooled.copiedBuffer(
                                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII)
                            .asReadOnly());

    private static final byte[] SCHEME = {'H', 'T', 'T', 'P', '/'}; // RFC 9112 §2.3

    /** What one read brings is one piece of a body; Netty's 8,192 would cut it up. */
    private static final int MAX_PIECE_BYTES = 65_536;

    private static final int CONTENT_LENGTH = HttpHeaderNames.CONTENT_LENGTH.length();

    private ChannelHandlerContext ctx;
    private boolean mayBeHttp2 = true;
    private boolean begun; // a message has been made
    private boolean paused;
    private boolean discarding;
    private boolean inRead;
    private boolean expectsHead = true;
    private boolean insideHead;
    private boolean insideFields; // of a head, whose request line is not here any more
    private boolean insideTrailers;
    private int lengths;
    private int wordEnd;

    RequestDecoder(HttpProtocol.Settings settings) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(settings.maxInitialLineBytes())
                        .setMaxHeaderSize(settings.maxHeaderBytes())
                        .setMaxChunkSize(MAX_PIECE_BYTES));
    }

    /** Makes no message until {@link #resume}. */
    void pause() {
        paused = true;
    }

    /** Goes on with what has arrived since the pause. */
    void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        if (inRead || buffered() == 0) {
            return; // a read in progress goes on by itself
        }
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
        } catch (Exception failed) {
            ctx.fireExceptionCaught(failed);
        }
    }

    /** Throws away whatever comes from now on. */
    void discard() {
        discarding = true;
        resume();
    }

    /** How many bytes wait. */
    int buffered() {
        return actualReadableBytes();
    }

    /** Whether a part of a request's head has arrived. */
    boolean isInsideHead() {
        return insideHead;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object input) throws Exception {
        boolean outermost = !inRead;
        inRead = true;
        try {
            super.channelRead(context, input);
        } finally {
            inRead = !outermost;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Not the inherited method: it reads on by itself when reading is paused.
        discardSomeReadBytes();
        context.fireChannelReadComplete();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        if (discarding) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (paused) {
            return;
        }
        if (expectsHead) {
            decodeHead(context, in, out);
        } else if (insideTrailers) {
            decodeTrailers(context, in, out);
        } else {
            decodeBody(context, in, out);
        }
        if (!out.isEmpty()) {
            expectsHead = out.get(out.size() - 1) instanceof LastHttpContent;
        }
    }

    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        // A request that is cut off is nobody's.
    }

    private void decodeHead(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        if (mayBeHttp2) {
            int same = Math.min(in.readableBytes(), PREFACE.readableBytes());
            mayBeHttp2 = ByteBufUtil.equals(in, in.readerIndex(), PREFACE, 0, same);
            if (mayBeHttp2) {
                insideHead = true;
                if (same == PREFACE.readableBytes()) {
                    context.fireChannelRead(HTTP2); // whoever takes it removes this decoder
                }
                return;
            }
        }
        if (!insideFields) {
            skipEmptyLines(in);
            if (isPartOfEmptyLine(in)) {
                return;
            }
        }
        insideHead = true;
        if (!insideFields && isLineEnd(in.getByte(in.readerIndex()))) {
            refuse(in, out, "bare CR or LF");
        } else if (hasFoldedLine(in)) {
            refuse(in, out, "folded header line");
        } else {
            super.decode(context, in, out);
        }
        if (!out.isEmpty()) {
            begun = true;
            insideHead = false;
            insideFields = false;
            lengths = 0;
        }
    }

    private void decodeBody(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        int from = in.readerIndex();
        super.decode(context, in, out);
        insideTrailers = out.isEmpty() && isLastChunk(in, from, in.readerIndex());
    }

    private void decodeTrailers(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        if (hasFoldedLine(in)) {
            in.skipBytes(in.readableBytes());
            discarding = true;
            var end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
            end.setDecoderResult(failure("folded trailer line"));
            out.add(end);
        } else {
            super.decode(context, in, out);
        }
        insideTrailers = out.isEmpty();
    }

    /** Whether these bytes are the size of the chunk that ends a body: zeros (RFC 9112 §7.1). */
    private static boolean isLastChunk(ByteBuf bytes, int from, int end) {
        int digit = from;
        while (digit < end && isLineEnd(bytes.getByte(digit))) {
            digit++; // the end of the chunk before
        }
        int first = digit;
        while (digit < end && bytes.getByte(digit) == '0') {
            digit++;
        }
        return digit > first
                && digit < end
                && Character.digit((char) bytes.getByte(digit), 16) < 0; // a blank, a ';', the end
    }

    /** RFC 9112 §2.2: there may be empty lines before the request line. */
    private static void skipEmptyLines(ByteBuf in) {
        while (in.readableBytes() >= 2 && in.getShort(in.readerIndex()) == BodyFraming.CR_LF) {
            in.skipBytes(2);
        }
    }

    /** Whether there is nothing, or what may yet become an empty line. */
    private static boolean isPartOfEmptyLine(ByteBuf in) {
        return !in.isReadable()
                || (in.readableBytes() == 1 && in.getByte(in.readerIndex()) == '\r');
    }

    private static boolean isLineEnd(byte octet) {
        return octet == '\r' || octet == '\n';
    }

    /** Whether a line of a head or trailer begins with a blank, from the start of one on. */
    private static boolean hasFoldedLine(ByteBuf in) {
        int end = in.writerIndex();
        int start = in.readerIndex();
        while (start < end) {
            byte first = in.getByte(start);
            if (first == ' ' || first == '\t') {
                return true;
            }
            if (isLineEnd(first)) {
                return false; // the end of the head
            }
            int lineFeed = in.indexOf(start, end, (byte) '\n');
            if (lineFeed < 0) {
                return false;
            }
            start = lineFeed + 1;
        }
        return false;
    }

    private void refuse(ByteBuf in, List<Object> out, String why) {
        in.skipBytes(in.readableBytes());
        discarding = true;
        out.add(refused(why));
    }

    private static HttpRequest refused(String why) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.setDecoderResult(failure(why));
        return request;
    }

    private static DecoderResult failure(String why) {
        return DecoderResult.failure(new IllegalArgumentException(why));
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        if (start != 0) {
            throw new IllegalArgumentException("blank before the method");
        }
        insideFields = true;
        wordEnd = length;
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        checkOneSpace(line, start);
        wordEnd = start + length;
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        checkOneSpace(line, start);
        if (!isVersion(line, start, length)) {
            boolean isOther = !begun && isOtherVersion(line, start, length);
            throw isOther
                    ? new NotHttpException()
                    : new IllegalArgumentException("version (expected: HTTP/1.1)");
        }
        return super.splitThirdWordInitialLine(line, start, length);
    }

    private static boolean isVersion(byte[] line, int start, int length) {
        for (int i = 0; i < SCHEME.length; i++) {
            if (i >= length || line[start + i] != SCHEME[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is one word, and not HTTP's name however that is written. */
    private static boolean isOtherVersion(byte[] line, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (line[i] == ' ' || line[i] == '\t') {
                return false;
            }
        }
        return length > 0 && Character.toUpperCase(line[start]) != SCHEME[0];
    }

    private void checkOneSpace(byte[] line, int start) {
        if (start != wordEnd + 1 || line[wordEnd] != ' ') {
            throw new IllegalArgumentException("request line (expected: one space between words)");
        }
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        AsciiString name = super.splitHeaderName(line, start, length);
        if (length == CONTENT_LENGTH
                && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
                && ++lengths > 1) {
            throw new IllegalArgumentException("several lengths");
        }
        return name;
    }

    /**
     * Why the first line of a connection cannot be read: it has the form of a request, and names
     * another protocol where the version of HTTP is to stand.
     */
    static final class NotHttpException extends IllegalArgumentException {

        private static final long serialVersionUID = 1;

        NotHttpException() {
            super("first line (expected: a request of HTTP, or the preface of HTTP/2)");
        }
    }
}
