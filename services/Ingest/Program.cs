using MailStats.Ingest;
using MailStats.ServiceDefaults;

return await ServiceHost.Create(args).With<IngestModule>().RunAsync();
