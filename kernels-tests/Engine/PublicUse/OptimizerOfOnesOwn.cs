using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.PublicUse;

/// <summary>
/// Steps along the sign of averaged gradients with a rate that warms up over four steps, written with the library's public members alone.
/// </summary>
internal sealed class SignDescent(IEnumerable<NamedTensor> parameters, float learningRate) : Optimizer(parameters, learningRate)
{
    protected override IReadOnlyList<OptimizerState> StateKeys => [new("past", 0)];

    protected override void Update(IReadOnlyList<NamedTensor> parameters)
    {
        var rate = Number(now => now.LearningRate * Math.Min(1, now.Step / 4f));
        foreach (var parameter in parameters)
        {
            var past = StateOf(parameter, "past");
            past.CopyFrom(past.Lerp(GradientOf(parameter)!, 0.5f));
            parameter.Value.CopyFrom(parameter.Value - (past.Sign() * rate));
        }
    }
}

/// <summary>Reads the rate as a plain number, which a recording would keep.</summary>
internal sealed class CarelessDescent(IEnumerable<NamedTensor> parameters, float learningRate) : Optimizer(parameters, learningRate)
{
    protected override void Update(IReadOnlyList<NamedTensor> parameters)
    {
        foreach (var parameter in parameters)
        {
            parameter.Value.CopyFrom(parameter.Value - (GradientOf(parameter)! * LearningRate));
        }
    }
}
