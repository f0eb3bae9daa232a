// SPDX-License-Identifier: Apache-2.0

/** The log of a stand-alone Orion: Logback without its files, in a form for people and machines. */
package dev.orion.logging;
