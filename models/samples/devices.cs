#:package IlgpuGan.Tensors@0.1.0
#:property PublishAot=false

// The devices of this machine, and a product of matrices on the best one: dotnet run devices.cs [DEVICE]

foreach (var entry in Device.List())
{
    Console.WriteLine($"{entry.Name}: {(entry.IsAvailable ? "" : "not here, ")}{entry.Description}");
}

Device? asked = null;
if (args.Length > 0 && !Device.TryOpen(args[0], out asked))
{
    // Device.Open(args[0]) and Device.Cuda(0) throw, and say why.
    Console.Error.WriteLine($"There is no {args[0]} here: the best device computes.");
}

using var device = asked ?? Device.OpenBest();
using var step = device.Step();
var random = new RandomState(seed: 1);
var (a, b) = (Tensor.Normal(random, new Shape(256, 256), device), Tensor.Normal(random, new Shape(256, 256), device));
Console.WriteLine($"{device.Name} computed {a.MatMul(b).Shape}");
return 0;
