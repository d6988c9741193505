using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <summary>Parameters of an optimiser that share a learning rate; see <see cref="Optimizer.AddGroup"/>.</summary>
public sealed class ParameterGroup
{
    private readonly List<NamedTensor> _parameters = [];
    private readonly Setting<float> _rateFactor;

    internal ParameterGroup(float rateFactor) => _rateFactor = new(Checked(rateFactor));

    /// <summary>The group's parameters, in the order given.</summary>
    public IReadOnlyList<NamedTensor> Parameters => _parameters;

    /// <summary>
    /// Factor of <see cref="Optimizer.LearningRate"/> for these parameters, so that a schedule changes the rates of all groups. May change
    /// between steps, and in one, as the learning rate.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">set to a negative number, or to one that is not finite</exception>
    public float RateFactor
    {
        get => _rateFactor.Value;
        set => _rateFactor.Value = Checked(value);
    }

    /// <summary>The learning rate for an update, from the optimiser's.</summary>
    internal float Scaled(float learningRate) => learningRate * _rateFactor.Now;

    internal void Add(NamedTensor parameter) => _parameters.Add(parameter);

    private static float Checked(float factor) => NumberSetting.NotNegative(factor, "rateFactor", "a group's rate factor");
}

/// <summary>The numbers that change from one update to the next.</summary>
/// <param name="LearningRate">the group's learning rate: the optimiser's times the group's factor</param>
/// <param name="Step">the parameters' step count, this update included: 1 for the first</param>
public readonly record struct UpdateMoment(float LearningRate, long Step);

/// <summary>A tensor of each parameter's shape that an optimiser keeps between steps.</summary>
/// <param name="Key">its name in checkpoints, after the parameter's</param>
/// <param name="Initial">the value of all its elements before the first step</param>
public readonly record struct OptimizerState(string Key, float Initial);
