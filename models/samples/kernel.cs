#:package ILGPU@1.5.3
#:property PublishAot=false

// A kernel of your own: checked against a definition in plain loops, and timed on the best device that there is (CUDA, OpenCL, or the
// processor with a thread for each of the kernel's). Change Kernels.Product, and run it again: dotnet run kernel.cs [SIDE]
using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

using var context = Context.Create(builder => builder
    .Cuda().OpenCL(device => device.Capabilities.GenericAddressSpace).CPU(CPUDeviceKind.Nvidia));
var best = context.Devices.OrderBy(device => device switch { CudaDevice => 0, CLDevice => 1, _ => 2 }).First();
using var accelerator = best.CreateAccelerator(context);
var side = args.Length > 0 ? int.Parse(args[0]) : best is CPUDevice ? 32 : 512;

var random = new Random(1);
float[] a = Numbers(), b = Numbers();
using var left = accelerator.Allocate1D(a);
using var right = accelerator.Allocate1D(b);
using var product = accelerator.Allocate1D<float>(side * side);
var kernel = accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int>(Kernels.Product);
var tiles = (side + Kernels.Tile - 1) / Kernels.Tile;
KernelConfig grid = (new Index2D(tiles, tiles), new Index2D(Kernels.Tile, Kernels.Tile));

Run(); // Compiles it.
var worst = Definition().Zip(product.GetAsArray1D(), (right, computed) => Math.Abs(right - computed)).Max();
var seconds = Enumerable.Range(0, 7).Select(_ => Run()).Order().ToList();
Console.WriteLine($"{accelerator.Name}: [{side},{side}] · [{side},{side}]");
Console.WriteLine($"largest deviation from the definition: {worst:0.0e+0}, {(worst < 1e-4 ? "right" : "WRONG")}");
Console.WriteLine($"{seconds[0] * 1e3:0.000} ms at best, {seconds[3] * 1e3:0.000} ms in the median, " +
    $"{2 * Math.Pow(side, 3) / seconds[0] / 1e9:G3} GFLOP/s");
return worst < 1e-4 ? 0 : 1;

// Numbers so small that sums of any order are near the definition's.
float[] Numbers() => [.. Enumerable.Range(0, side * side).Select(_ => (random.NextSingle() - 0.5f) / MathF.Sqrt(side))];

double Run()
{
    var clock = Stopwatch.StartNew();
    kernel(grid, left.View, right.View, product.View, side);
    accelerator.Synchronize();
    return clock.Elapsed.TotalSeconds;
}

// What the kernel is to compute: nothing but loops, in double precision.
double[] Definition()
{
    var sums = new double[side * side];
    for (var row = 0; row < side; row++)
    {
        for (var column = 0; column < side; column++)
        {
            for (var k = 0; k < side; k++)
            {
                sums[row * side + column] += (double)a[row * side + k] * b[k * side + column];
            }
        }
    }

    return sums;
}

static class Kernels
{
    public const int Tile = 16;

    // A thread for each element of the product. Of each factor a group keeps a tile in shared memory: sums[row, column] of 16 x 16 threads.
    public static void Product(ArrayView<float> a, ArrayView<float> b, ArrayView<float> product, int side)
    {
        var aTile = SharedMemory.Allocate<float>(Tile * Tile);
        var bTile = SharedMemory.Allocate<float>(Tile * Tile);
        var (x, y) = (Group.IdxX, Group.IdxY);
        var (column, row) = (Grid.IdxX * Tile + x, Grid.IdxY * Tile + y);
        var sum = 0f;
        for (var first = 0; first < side; first += Tile)
        {
            aTile[y * Tile + x] = row < side && first + x < side ? a[row * side + first + x] : 0f;
            bTile[y * Tile + x] = first + y < side && column < side ? b[(first + y) * side + column] : 0f;
            Group.Barrier(); // Without it a thread reads what its neighbours have not written yet.
            for (var k = 0; k < Tile; k++)
            {
                sum += aTile[y * Tile + k] * bTile[k * Tile + x];
            }

            Group.Barrier(); // Without it a thread overwrites what its neighbours still read.
        }

        if (row < side && column < side)
        {
            product[row * side + column] = sum;
        }
    }
}
