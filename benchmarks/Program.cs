using System.CommandLine;
using IlgpuGan.Benchmarks.Imaging;
using IlgpuGan.Benchmarks.Layers;
using IlgpuGan.Benchmarks.Ops;
using IlgpuGan.Benchmarks.Peers;
using IlgpuGan.Benchmarks.Regression;
using IlgpuGan.Benchmarks.Rungs;

var root = new RootCommand("Measures IlgpuGan: beside its peers, by layer, by op.")
{
    PeersCommand.Create(),
    OpsCommand.Create(),
    RungsCommand.Create(),
    CheckCommand.Create(),
    ConvolutionTimes.Create(),
    CodecTimes.Create(),
};
return root.Parse(args).Invoke();
