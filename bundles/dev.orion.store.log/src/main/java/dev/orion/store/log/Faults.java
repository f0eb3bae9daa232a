// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.store.StoreException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;

/** Tells a full disk from a broken one. */
final class Faults {

    private static final String TOO_LARGE = "File too large"; // EFBIG
    private static final List<String> FULL =
            List.of("No space left on device", "Disk quota exceeded", TOO_LARGE);

    private Faults() {}

    static StoreException of(String what, IOException fault) {
        String reason = reason(fault);
        return FULL.stream().anyMatch(reason::contains)
                ? new StoreException(StoreException.Reason.FULL, what + ": " + reason)
                : new StoreException(StoreException.Reason.BROKEN, what + ": " + reason, fault);
    }

    /** Whether another file may still grow. */
    static boolean isOfOneFile(IOException fault) {
        return reason(fault).contains(TOO_LARGE);
    }

    private static String reason(IOException fault) {
        if (fault instanceof FileSystemException in && in.getReason() == null) {
            return in.getFile() + ": " + in.getClass().getSimpleName();
        }
        return String.valueOf(fault.getMessage());
    }
}
