// SPDX-License-Identifier: Apache-2.0
// The conversation across protocols, each side a client that Orion did not write.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  EventSource, WebSocket, api, centrifuge, collect, connected, http, netcat, next, subscribed, ws,
} from './orion.mjs';

const clients = [];

function client(transport, options) {
  const made = centrifuge(transport, options);
  clients.push(made);
  return made;
}

after(() => clients.forEach((each) => each.disconnect()));

for (const transport of ['websocket', 'http_stream', 'sse']) {
  const room = `chat/${transport}`;

  test(`${transport}: connects, subscribes, publishes and unsubscribes`, async () => {
    const ann = client(transport);
    const { client: id, transport: spoken } = await connected(ann);
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.equal(spoken, transport);

    const subscription = await subscribed(ann, room);
    const received = collect(subscription);
    await subscription.publish({ n: 1 });
    await ann.publish(room, { n: 2 });
    await received.until(2);
    assert.deepEqual(received.all, [{ n: 1 }, { n: 2 }]);

    const gone = next(subscription, 'unsubscribed');
    subscription.unsubscribe();
    assert.equal((await gone).code, 0); // the client's own wish
    await ann.publish(room, { n: 3 });
    assert.equal(received.all.length, 2);
  });

  test(`${transport}: answers presence, presence stats and history`, async () => {
    const ann = client(transport);
    const { client: id } = await connected(ann);
    const channel = `${room}/facts`;
    const subscription = await subscribed(ann, channel);
    await subscription.publish('one');
    await subscription.publish('two');

    const { clients: members } = await subscription.presence();
    assert.deepEqual(Object.keys(members), [id]);
    assert.deepEqual(await subscription.presenceStats(), { numClients: 1, numUsers: 1 });
    const history = await subscription.history({ limit: 10 });
    assert.deepEqual(history.publications.map(({ data }) => data), ['one', 'two']);
    assert.equal(history.offset, 2);
  });

  test(`${transport}: refuses an RPC as method not found`, async () => {
    const ann = client(transport);
    await connected(ann);
    await assert.rejects(ann.rpc('sum', [1, 2]), { code: 104 });
  });

  test(`${transport}: is told who comes and goes`, async () => {
    const ann = client(transport);
    await connected(ann);
    const subscription = await subscribed(ann, `${room}/door`, { joinLeave: true });
    const bob = client(transport);
    const { client: bobsId } = await connected(bob);

    const join = new Promise((resolve) => {
      subscription.on('join', ({ info }) => { if (info.client === bobsId) resolve(); });
    });
    await subscribed(bob, `${room}/door`, { joinLeave: true });
    await join;
    const leave = next(subscription, 'leave');
    bob.disconnect();
    assert.equal((await leave).info.client, bobsId);
  });

  test(`${transport}: is disconnected by the server API for good`, async () => {
    const ann = client(transport);
    const { client: id } = await connected(ann);
    const event = next(ann, 'disconnected');
    const answer = await api('disconnect', { user: '', client: id });
    assert.deepEqual(answer, { status: 200, result: {} });
    assert.equal((await event).code, 3503);
  });

  test(`${transport}: is unsubscribed by the server API`, async () => {
    const ann = client(transport);
    const { client: id } = await connected(ann);
    const subscription = await subscribed(ann, room);
    const event = next(subscription, 'unsubscribed');
    await api('unsubscribe', { user: '', client: id, channel: room });
    assert.equal((await event).code, 2000);
  });

  test(`${transport}: is refused for good with a token that nobody accepts`, async () => {
    const ann = client(transport, { token: 'x' });
    const event = next(ann, 'disconnected');
    ann.connect();
    assert.equal((await event).code, 3500);
  });

  test(`${transport}: comes back after a code that asks for it`, async () => {
    const ann = client(transport);
    const { client: id } = await connected(ann);
    const lost = next(ann, 'connecting');
    const back = next(ann, 'connected');
    await api('disconnect', { user: '', client: id, disconnect: { code: 3001, reason: 'come back' } });
    assert.equal((await lost).code, 3001);
    assert.notEqual((await back).client, id);
  });

  test(`${transport}: keeps talking over server pings`, async () => {
    const ann = client(transport);
    await connected(ann);
    let lost = false;
    ann.on('connecting', () => { lost = true; });
    // The server under test pings every second and waits half a second for the pong.
    await new Promise((resolve) => { setTimeout(resolve, 3200); });
    assert.equal(lost, false);
    await ann.publish(room, 'still here');
  });
}

test('what one publishes the others receive, in order, once', async () => {
  const channel = 'chat/room1';
  const readers = [];
  for (const transport of ['websocket', 'http_stream', 'sse']) {
    const reader = client(transport);
    await connected(reader);
    readers.push(collect(await subscribed(reader, channel)));
  }
  const terminal = await netcat();
  terminal.say({ id: 1, connect: {} });
  assert.ok((await terminal.hear()).connect.client);
  terminal.say({ id: 2, subscribe: { channel } });
  assert.ok((await terminal.hear()).subscribe);
  const source = new EventSource(`${http}/connection/sse?channel=${encodeURIComponent(channel)}`);
  const streamed = [];
  source.onmessage = ({ data }) => {
    const { push } = JSON.parse(data);
    if (push?.pub) streamed.push(push.pub.data);
  };
  await next({ once: (name, then) => source.addEventListener(name, then, { once: true }) }, 'open');

  const talker = client('websocket');
  await connected(talker);
  const expected = [];
  for (let i = 0; i < 50; i += 1) {
    expected.push(`ws ${i}`, `api ${i}`, `nc ${i}`);
    await talker.publish(channel, `ws ${i}`);
    assert.equal((await api('publish', { channel, data: `api ${i}` })).status, 200);
    terminal.say({ id: 100 + i, publish: { channel, data: `nc ${i}` } });
    await readers[0].until(expected.length);
  }

  for (const reader of readers) {
    await reader.until(expected.length);
    assert.deepEqual(reader.all, expected);
  }
  const heard = [];
  while (heard.length < expected.length) {
    const { push } = await terminal.hear();
    if (push?.pub) heard.push(push.pub.data);
  }
  assert.deepEqual(heard, expected);
  const deadline = Date.now() + 5000;
  while (streamed.length < expected.length && Date.now() < deadline) {
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  assert.deepEqual(streamed, expected);
  source.close();
  terminal.close();
});

test('many who publish at once are heard by all in one order, each in its own', async () => {
  const channel = 'chat/crowd';
  const each = 40;
  const readers = [];
  for (const transport of ['websocket', 'http_stream', 'sse']) {
    const reader = client(transport);
    await connected(reader);
    readers.push(collect(await subscribed(reader, channel)));
  }
  const terminal = await netcat();
  terminal.say({ id: 1, connect: {} });
  await terminal.hear();
  const talkers = { api: (data) => api('publish', { channel, data }) };
  for (const transport of ['websocket', 'http_stream', 'sse']) {
    const talker = client(transport);
    await connected(talker);
    talkers[transport] = (data) => talker.publish(channel, data);
  }
  await Promise.all([
    ...Object.entries(talkers).map(async ([name, publish]) => {
      for (let n = 0; n < each; n += 1) await publish({ name, n });
    }),
    ...Array.from({ length: each }, async (_, n) => {
      terminal.say({ id: n + 2, publish: { channel, data: { name: 'nc', n } } });
    }),
  ]);

  const names = [...Object.keys(talkers), 'nc'];
  for (const reader of readers) {
    await reader.until(names.length * each);
    assert.deepEqual(reader.all, readers[0].all);
    for (const name of names) {
      const own = reader.all.filter((data) => data.name === name).map(({ n }) => n);
      assert.deepEqual(own, Array.from({ length: each }, (_, n) => n));
    }
  }
  terminal.close();
});

test('an EventSource of several channels reads them all, and joins nothing else', async () => {
  const source = new EventSource(`${http}/connection/sse?channel=chat/es1&channel=chat/es2`);
  const heard = [];
  let wake = () => {};
  source.onmessage = ({ data }) => {
    const { push } = JSON.parse(data);
    if (push?.pub) heard.push([push.channel, push.pub.data]);
    if (heard.length === 2) wake();
  };
  await next({ once: (name, then) => source.addEventListener(name, then, { once: true }) }, 'open');
  const both = next({ once: (_, then) => { wake = then; } }, 'second publication');
  await api('publish', { channel: 'chat/es1', data: 1 });
  await api('publish', { channel: 'chat/es3', data: 2 });
  await api('publish', { channel: 'chat/es2', data: 3 });
  await both;
  assert.deepEqual(heard, [['chat/es1', 1], ['chat/es2', 3]]);
  source.close();
});

test('recovers what it missed while its connection was gone', async () => {
  const channel = 'chat/recover';
  const sockets = [];
  class Tracked extends WebSocket {
    constructor(...args) {
      super(...args);
      sockets.push(this);
    }
  }
  const ann = client('websocket', { websocket: Tracked, minReconnectDelay: 300 });
  await connected(ann);
  const subscription = await subscribed(ann, channel);
  const received = collect(subscription);
  await subscription.publish(1);
  await received.until(1);

  const back = next(subscription, 'subscribed');
  sockets.at(-1).terminate();
  await api('publish', { channel, data: 2 });
  await api('publish', { channel, data: 3 });
  const context = await back;
  assert.equal(context.wasRecovering, true);
  assert.equal(context.recovered, true);
  await received.until(3);
  assert.deepEqual(received.all, [1, 2, 3]);
});

test('broadcasts reach every client without a subscription', async () => {
  const ann = client('websocket');
  const bob = client('sse');
  await connected(ann);
  await connected(bob);
  const heard = [ann, bob].map((each) => next(each, 'publication'));
  await api('publish', { channel: 'news/today', data: { headline: 'hello' } });
  for (const each of await Promise.all(heard)) {
    assert.equal(each.channel, 'news/today');
    assert.deepEqual(each.data, { headline: 'hello' });
  }
  await assert.rejects(ann.publish('news/today', 'spam'), { code: 103 });
});

test('/api needs the key', async () => {
  assert.equal((await api('publish', { channel: 'chat/a', data: 1 }, '')).status, 401);
  assert.equal((await api('publish', { channel: 'chat/a', data: 1 }, 'wrong')).status, 401);
  const info = await api('info', {});
  assert.equal(info.status, 200);
  assert.equal(info.result.nodes.length, 1);
});

test('the server API reads what clients wrote', async () => {
  const channel = 'chat/api';
  const ann = client('websocket');
  const { client: id } = await connected(ann);
  const subscription = await subscribed(ann, channel);
  await subscription.publish({ a: 1 });

  const history = await api('history', { channel, limit: 5 });
  assert.deepEqual(history.result.publications.map(({ data }) => data), [{ a: 1 }]);
  const presence = await api('presence', { channel });
  assert.deepEqual(Object.keys(presence.result.presence), [id]);
  const stats = await api('presence_stats', { channel });
  assert.equal(stats.result.num_clients, 1);
  const channels = await api('channels', { pattern: 'chat/api' });
  assert.equal(channels.result.channels[channel].num_clients, 1);
  await api('history_remove', { channel });
  assert.equal((await api('history', { channel, limit: 5 })).result.publications.length, 0);
  const batch = await api('batch', {
    commands: [{ publish: { channel, data: 1 } }, { publish: { channel: '', data: 1 } }],
  });
  assert.equal(batch.result?.replies.length ?? batch.replies.length, 2);
});

test('/echo gives back what it gets', async () => {
  const body = 'x'.repeat(200_000);
  const response = await fetch(`${http}/echo`, { method: 'POST', body });
  assert.equal(await response.text(), body);
  const socket = new WebSocket(`${ws}/echo`);
  await next(socket, 'open');
  const answer = next(socket, 'message');
  socket.send('hello');
  assert.equal(String(await answer), 'hello');
  socket.close();
});
