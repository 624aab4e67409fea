using MailStats.Ingest;
using MailStats.ServiceDefaults;

await ServiceHost.Create(args).With<IngestModule>().Build().RunAsync();
