using IlgpuGan.Cli;
using IlgpuGan.Suite;

return args is ["suite", .. var rest] ? DeviceSuite.Run(rest) : await Application.RunAsync(args, Console.Out, Console.Error);
