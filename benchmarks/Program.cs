using System.CommandLine;
using IlgpuGan.Benchmarks.Growth;
using IlgpuGan.Benchmarks.Imaging;
using IlgpuGan.Benchmarks.Layers;
using IlgpuGan.Benchmarks.Ops;
using IlgpuGan.Benchmarks.Peers;
using IlgpuGan.Benchmarks.Ranks;
using IlgpuGan.Benchmarks.Regression;
using IlgpuGan.Benchmarks.Rungs;
using IlgpuGan.Benchmarks.Serving;
using IlgpuGan.Benchmarks.Steps;

// A process that starts, reads a file and exits is a yardstick of the regression check, so it must not load anything else.
return args is [Suite.OnlyRead, var file] ? (File.ReadAllBytes(file).Length > 0 ? 0 : 1)
    : Run(args);

static int Run(string[] args)
{
    var root = new RootCommand("Measures IlgpuGan: beside its peers, by layer, by op.")
    {
        PeersCommand.Create(),
        GrowthCommand.Create(),
        OpsCommand.Create(),
        RungsCommand.Create(),
        CheckCommand.Create(),
        StepsCommand.Create(),
        RanksCommand.Create(),
        ServeCommand.Create(),
        LayersCommand.Create(),
        CodecsCommand.Create(),
    };
    return root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).Invoke();
}
