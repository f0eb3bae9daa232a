// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Reads the frames of a segment one after the other, and the changes of each. */
final class FrameReader {

    /** What is at the place of the next frame. */
    enum Found {
        FRAME,
        /** Nothing, the file ends. */
        END,
        /** The beginning of a frame, the file ends within it. */
        TORN,
        /** Something else. */
        DAMAGE
    }

    private final Window window;
    private final long salt;
    private final int end;
    private int next = Frame.FILE_HEAD;

    private int bodyEnd;
    private int change;
    private int nextChange;

    private long sequence;
    private boolean removal;
    private int tableLength;
    private int keyLength;
    private int valueLength;

    private byte[] tableBytes = {};
    private String table = "";

    FrameReader(Window window, long salt, int end) {
        this.window = window;
        this.salt = salt;
        this.end = end;
    }

    /** Where the next frame begins, or what is there instead. */
    int offset() {
        return next;
    }

    /** Goes to the next frame, if it is whole. */
    Found next() throws IOException {
        int left = end - next;
        if (left < Frame.HEAD) {
            return left == 0 ? Found.END : Found.TORN;
        }
        int length = lengthOfFrameAt(next);
        if (length < 0) {
            return Found.DAMAGE;
        }
        if (length > left - Frame.HEAD - Frame.TAIL) {
            return Found.TORN;
        }
        if (!isBodyWhole(next + Frame.HEAD, length)) {
            return Found.DAMAGE;
        }
        nextChange = next + Frame.HEAD;
        bodyEnd = nextChange + length;
        next = bodyEnd + Frame.TAIL;
        return Found.FRAME;
    }

    /** Looks behind damage for the next whole frame; without one it stays. */
    boolean skipDamage() throws IOException {
        int damage = next;
        for (next = damage + 1; next <= end - Frame.HEAD - Frame.TAIL; next++) {
            int candidate = next;
            if (lengthOfFrameAt(candidate) >= 0 && next() == Found.FRAME) {
                next = candidate;
                return true;
            }
        }
        next = damage;
        return false;
    }

    private int lengthOfFrameAt(int offset) throws IOException {
        int at = window.show(offset, Frame.HEAD);
        int length = window.bytes().getInt(at);
        int check = window.bytes().getInt(at + 4);
        return length > 0 && check == Frame.headCheck(salt, offset, length) ? length : -1;
    }

    private boolean isBodyWhole(int offset, int length) throws IOException {
        int at = window.show(offset, length + Frame.TAIL);
        var crc = new CRC32C();
        crc.update(window.array(), at, length);
        return window.bytes().getInt(at + length) == (int) crc.getValue();
    }

    /** Goes to the next change of the frame. */
    boolean nextChange() throws IOException {
        if (nextChange == bodyEnd) {
            return false;
        }
        change = nextChange;
        int at = window.show(change, Frame.CHANGE_HEAD);
        sequence = window.bytes().getLong(at);
        removal = window.bytes().get(at + 8) == Frame.REMOVE;
        tableLength = window.bytes().get(at + 9) & 0xff;
        keyLength = window.bytes().getShort(at + 10) & 0xffff;
        valueLength = window.bytes().getInt(at + 12);
        nextChange = change + size();
        return true;
    }

    long sequence() {
        return sequence;
    }

    boolean isRemoval() {
        return removal;
    }

    /** Where the change is in the file. */
    int changeOffset() {
        return change;
    }

    int size() {
        return Frame.CHANGE_HEAD + tableLength + keyLength + valueLength;
    }

    String table() throws IOException {
        int at = window.show(change, size()) + Frame.CHANGE_HEAD;
        byte[] array = window.array();
        if (!Arrays.equals(array, at, at + tableLength, tableBytes, 0, tableBytes.length)) {
            tableBytes = Arrays.copyOfRange(array, at, at + tableLength);
            table = new String(tableBytes, StandardCharsets.US_ASCII);
        }
        return table;
    }

    byte[] key() throws IOException {
        int at = window.show(change, size()) + Frame.CHANGE_HEAD + tableLength;
        return Arrays.copyOfRange(window.array(), at, at + keyLength);
    }

    byte[] value() throws IOException {
        int at = window.show(change, size()) + Frame.CHANGE_HEAD + tableLength + keyLength;
        return Arrays.copyOfRange(window.array(), at, at + valueLength);
    }

    /** The segments of a removal. */
    long range() throws IOException {
        int at = window.show(change, size()) + Frame.CHANGE_HEAD + tableLength + keyLength;
        return window.bytes().getLong(at);
    }
}
