using System.CommandLine;
using MailStats.Classifier;
using MailStats.Classifier.Scoring;
using MailStats.ServiceDefaults;

if (args is [ClassifyCommand.Name, ..])
{
    return await new RootCommand("MailStats classifier") { ClassifyCommand.Create() }.Parse(args).InvokeAsync();
}

return await ServiceHost.Create(args).With<ClassifierModule>().RunAsync();
