using IlgpuGan.Benchmarks.Imaging;
using IlgpuGan.Benchmarks.Layers;

if (args is ["layers", ..])
{
    return ConvolutionTimes.Run(args[1..]);
}

if (args is ["codecs", _, ..])
{
    return CodecTimes.Run(args[1..]);
}

Console.Error.WriteLine("usage: layers [--threads N] [--seconds S] [--batch N] [--only NAME] [--winograd Never|WhereFaster|WhereverPossible] | codecs FOLDER [--python PATH]");
return 2;
