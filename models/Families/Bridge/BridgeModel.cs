using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Bridge;

/// <summary>
/// Bridge matching (Chadebec et al. 2025, on pixels): the generator predicts the target b from points
/// z = (1 − t)·a + t·b + σ·√(t(1 − t))·ε of the Brownian bridge from the input a to b. Losses: G_L2, and G_L1 if it has a weight (both
/// weighted).
/// </summary>
internal sealed class BridgeModel : GanModel<BridgeOptions>
{
    private readonly BridgeGenerator _generator;
    private readonly Adam _adam;

    public BridgeModel(Family family, BridgeOptions options, Device device)
        : base(family, options, device)
    {
        _generator = Network<BridgeGenerator>("netG");
        _adam = AddAdam("optG", "netG");
    }

    protected override void Update(string phase, Batch batch)
    {
        var (a, b) = (batch.A, batch.B);
        var count = a.Shape[0];

        // A share p of the times is 0: t = max(0, (u − p)/(1 − p)) of a uniform u.
        var p = Options.StartShare;
        var t = Uniform("time", new Shape(count, 1, 1, 1)).Affine(1 / (1 - p), -p / (1 - p)).Relu();
        var z = a.Lerp(b, t);
        if (Options.Sigma > 0)
        {
            var deviation = t.Multiply(t.Affine(-1, 1)).Sqrt();
            z = z.Add(Normal("noise", b.Shape).Multiply(deviation.Affine(Options.Sigma, 0)));
        }

        using var predicted = _generator.Predict(z, a, t.Reshape(count, 1));
        var loss = Report("G_L2", predicted.MseLoss(b) * Options.LambdaL2);
        _adam.Minimize(Options.LambdaL1 > 0 ? loss + Report("G_L1", predicted.L1Loss(b) * Options.LambdaL1) : loss);
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch) => [batch.A, _generator.Forward(batch.A), batch.B];
}
