// Hears of quotas over plain AMQP, without MassTransit.
//   npm ci && node subscriber.js amqp://guest:guest@localhost:5672/
import amqp from 'amqplib';

const broker = process.argv[2] ?? 'amqp://guest:guest@localhost:5672/';
const queue = 'sample.node-subscriber';

// Notices may come again, with the same id: a real subscriber keeps the ids it has dealt with in its own store.
const known = new Set();

const connection = await amqp.connect(broker);
const channel = await connection.createChannel();

await channel.assertQueue(queue, { durable: true });
for (const exchange of ['mailstats.quota-threshold-reached', 'mailstats.quota-restored']) {
  await channel.assertExchange(exchange, 'fanout', { durable: true });
  await channel.bindQueue(queue, exchange, '');
}

await channel.consume(queue, (delivery) => {
  if (delivery === null) return;
  const envelope = JSON.parse(delivery.content.toString('utf8'));
  const type = envelope.messageType[0].split(':').pop();
  const notice = envelope.message;

  if (!known.has(notice.noticeId)) {
    known.add(notice.noticeId);
    console.log(
      type === 'QuotaRestored'
        ? `${notice.tenantId}: mail flows again (${notice.used} of ${notice.limit})`
        : `${notice.tenantId}: ${notice.thresholdPercent} % (${notice.used} of ${notice.limit})${notice.blocked ? ', blocked' : ''}`,
    );
  }

  // Only now: what was not acknowledged comes again after a crash.
  channel.ack(delivery);
});

console.log('listening');
process.on('SIGINT', () => connection.close().then(() => process.exit(0)));
