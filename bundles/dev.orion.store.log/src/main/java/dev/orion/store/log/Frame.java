// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

/**
 * How a batch looks in a file; numbers are big-endian.
 *
 * <pre>
 * file    magic 8 · salt 8 · CRC32C of both 4 · zero 4 · frames
 * frame   length of the body 4 · check of the head 4 · body · CRC32C of the body 4
 * body    changes, at least one
 * change  sequence 8 · kind 1 · length of the table 1, of the key 2, of the value 4 · table · key · value
 * </pre>
 *
 * <p>The check of a head depends on the file's random salt and on the frame's place, so that after
 * damage the next frame can be found by its head, whatever bytes somebody put into a value.
 *
 * <p>The value of a removal is the first and the last segment (4 each) that may hold an older
 * record of its key, which must not come back: see {@link Segment#needed}.
 */
final class Frame {

    static final long MAGIC = 0x4f52_494f_4e4c_4731L; // ORIONLG1
    static final int FILE_HEAD = 24;
    static final int HEAD = 8;
    static final int TAIL = 4;
    static final int CHANGE_HEAD = 16;
    static final int RANGE = 8;
    static final byte PUT = 1;
    static final byte REMOVE = 2;

    private Frame() {}

    static int headCheck(long salt, int offset, int length) {
        long mixed = salt ^ ((long) offset << 32 | length);
        mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL; // the finalizer of MurmurHash3
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) (mixed ^ mixed >>> 33);
    }

    /** The segments that may hold older records of a key, in one number. */
    static long range(int first, int last) {
        return (long) first << 32 | last;
    }

    static int first(long range) {
        return (int) (range >>> 32);
    }

    static int last(long range) {
        return (int) range;
    }
}
