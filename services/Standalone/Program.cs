using MailStats.Aggregator;
using MailStats.Classifier;
using MailStats.Ingest;
using MailStats.Notifier;
using MailStats.Policy;
using MailStats.Query;
using MailStats.ServiceDefaults;

await ServiceHost.Create(args)
    .With<IngestModule>()
    .With<ClassifierModule>()
    .With<AggregatorModule>()
    .With<QueryModule>()
    .With<PolicyModule>()
    .With<NotifierModule>()
    .WithEdge()
    .Build()
    .RunAsync();
