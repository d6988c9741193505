#:package IlgpuGan.Ilgpu@0.1.0
#:property PublishAot=false

// A kernel in C# and a sum over what it wrote, on the simulator; with preferCPU: false on a GPU, if there is one: dotnet run saxpy.cs
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;

using var context = Context.Create(builder => builder.Default().EnableAlgorithms());
using var accelerator = context.GetPreferredDevice(preferCPU: true).CreateAccelerator(context);
using var x = accelerator.Allocate1D(new[] { 1f, 2f, 3f, 4f });
using var y = accelerator.Allocate1D(new[] { 10f, 20f, 30f, 40f });

var saxpy = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, float>(Kernels.Saxpy);
saxpy((int)x.Length, x.View, y.View, 2);
accelerator.Synchronize();

Console.WriteLine(string.Join(" ", y.GetAsArray1D()));
Console.WriteLine(accelerator.Reduce<float, AddFloat>(accelerator.DefaultStream, y.View));

internal static class Kernels
{
    public static void Saxpy(Index1D i, ArrayView<float> x, ArrayView<float> y, float a) => y[i] = a * x[i] + y[i];
}
