using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <summary>Parameters of an optimiser that share a learning rate; see <see cref="Optimizer.AddGroup"/>.</summary>
public sealed class ParameterGroup
{
    private readonly List<NamedTensor> _parameters = [];

    internal ParameterGroup(float rateFactor) => RateFactor = rateFactor;

    /// <summary>The group's parameters, in the order given.</summary>
    public IReadOnlyList<NamedTensor> Parameters => _parameters;

    /// <summary>
    /// How many times <see cref="Optimizer.LearningRate"/> these parameters learn with, so that a schedule moves all groups. May change
    /// between steps.
    /// </summary>
    /// <exception cref="RecordingException">set inside a step that is being recorded</exception>
    public float RateFactor
    {
        get;
        set => field = KernelRecording.IsUnderWay
            ? throw new RecordingException("a group's rate factor is set before a recorded step, not in it: a replay runs kernels only")
            : value;
    }

    internal void Add(NamedTensor parameter) => _parameters.Add(parameter);
}

/// <summary>What changes from one update to the next.</summary>
/// <param name="LearningRate">the group's step size: the optimiser's times its factor</param>
/// <param name="Step">which step of their own the parameters take: 1 for the first</param>
public readonly record struct UpdateMoment(float LearningRate, long Step);
