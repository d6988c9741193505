#:package IlgpuGan.Tensors@0.1.0
#:property PublishAot=false

// Tensors, layers and an optimiser without GANs: a network of one hidden layer learns the square. dotnet run loop.cs

using var device = Device.OpenBest();
using var network = new Sequential(new Linear(1, 32), new Tanh(), new Linear(32, 1)).Initialize(seed: 1).To(device);
using var adam = new Adam(network.Parameters, learningRate: 1e-2f);
var random = new RandomState(seed: 2);
for (var i = 1; i <= 500; i++)
{
    using var step = device.Step(); // Everything made inside goes back to the pool here.
    var x = Tensor.Uniform(random, new Shape(64, 1), device);
    var loss = network.Forward(x).MseLoss(x.Square());
    adam.Minimize(loss);
    if (i is 1 || i % 100 == 0)
    {
        Console.WriteLine($"{i}: {loss.Item():F6}");
    }
}
