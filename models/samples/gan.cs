#:package IlgpuGan.Tensors@0.1.0
#:property PublishAot=false

// A GAN of your own in a plain loop: a layer of your own, two networks, two optimisers. It learns to put points on a circle.
// dotnet run gan.cs [STEPS]
var steps = args.Length > 0 ? int.Parse(args[0]) : 2000;
using var device = Device.OpenBest();
var random = new RandomState(seed: 1);
using var generator = new Sequential(new Linear(2, 64), new Block(64), new Block(64), new Linear(64, 2)).To(device);
using var critic = new Sequential(new Linear(2, 64), new Block(64), new Block(64), new Linear(64, 1)).To(device);
using var optG = new Adam(generator.Parameters, learningRate: 1e-3f, beta1: 0.5f);
using var optD = new Adam(critic.Parameters, learningRate: 1e-3f, beta1: 0.5f);
for (var i = 1; i <= steps; i++)
{
    using var step = device.Step(); // Everything made inside goes back to the pool here.
    var angle = Tensor.Uniform(random, new Shape(256, 1), device) * (2 * MathF.PI);
    var real = TensorOps.Concat(1, angle.Cos(), angle.Sin());
    var fake = generator.Forward(Tensor.Normal(random, new Shape(256, 2), device));
    var d = (critic.Forward(real) - 1).Square().Mean() + critic.Forward(fake.Detach()).Square().Mean();
    optD.Minimize(d);
    var g = (critic.Forward(fake) - 1).Square().Mean();
    optG.Minimize(g);
    if (i == 1 || i % 500 == 0 || i == steps)
    {
        var radius = fake.Square().Sum([1]).Sqrt().Mean();
        Console.WriteLine($"{i}: D {d.Item():F3}, G {g.Item():F3}, mean radius {radius.Item():F3}");
    }
}

/// <summary>A linear layer beside which its input passes unchanged.</summary>
sealed class Block : Layer
{
    private readonly Linear _linear;

    public Block(int width) => _linear = Add("linear", new Linear(width, width));

    public override Tensor Forward(Tensor x) => x + _linear.Forward(x).LeakyRelu();
}
