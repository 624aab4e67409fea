// Hears of quotas over RabbitMQ with MassTransit.
//   dotnet run --project samples/csharp-subscriber -- amqp://guest:guest@localhost:5672/
using MailStats.Contracts;
using MassTransit;

var broker = new Uri(args.Length > 0 ? args[0] : "amqp://guest:guest@localhost:5672/");

// Notices may come again, with the same id: a real subscriber keeps the ids it has dealt with in its own store.
var known = new HashSet<Guid>();

var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
{
    rabbit.Host(broker);
    // MailStats names its exchanges itself.
    rabbit.Message<QuotaThresholdReached>(message => message.SetEntityName("mailstats.quota-threshold-reached"));
    rabbit.Message<QuotaRestored>(message => message.SetEntityName("mailstats.quota-restored"));
    rabbit.ReceiveEndpoint("sample.csharp-subscriber", queue =>
    {
        queue.Handler<QuotaThresholdReached>(context =>
        {
            var reached = context.Message;
            var blocked = reached.Blocked ? ", blocked" : "";
            Tell(reached.NoticeId, $"{reached.TenantId}: {reached.ThresholdPercent} % ({reached.Used} of {reached.Limit}){blocked}");

            return Task.CompletedTask;
        });
        queue.Handler<QuotaRestored>(context =>
        {
            Tell(context.Message.NoticeId, $"{context.Message.TenantId}: mail flows again ({context.Message.Used} of {context.Message.Limit})");

            return Task.CompletedTask;
        });
    });
});

await bus.StartAsync();
Console.WriteLine("listening");

var stop = new TaskCompletionSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.TrySetResult();
};
await stop.Task;
await bus.StopAsync();

void Tell(Guid noticeId, string text)
{
    lock (known)
    {
        if (known.Add(noticeId))
        {
            Console.WriteLine(text);
        }
    }
}
