using MailStats.Classifier;
using MailStats.ServiceDefaults;

await ServiceHost.Create(args).With<ClassifierModule>().Build().RunAsync();
