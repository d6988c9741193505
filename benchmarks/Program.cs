using IlgpuGan.Benchmarks.Layers;

if (args is ["layers", ..])
{
    return ConvolutionTimes.Run(args[1..]);
}

Console.Error.WriteLine("usage: layers [--threads N] [--seconds S] [--only NAME]");
return 2;
