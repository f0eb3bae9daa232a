// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

/**
 * What is known of one live channel at one moment.
 *
 * @param rules the name of the rules that apply to it
 * @param subscribers clients and host subscriptions
 * @param history how many messages it keeps
 * @param top the position of the newest message
 */
public record ChannelInfo(
        String name,
        ChannelKind kind,
        String rules,
        int subscribers,
        int history,
        StreamPosition top) {}
