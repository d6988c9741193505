using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Changes parameters along their gradients. Parameters without a gradient are left alone in a step, and frozen ones too.
/// </summary>
public abstract class Optimizer
{
    private readonly List<NamedTensor> _parameters = [];

    /// <param name="parameters">what is trained; names must be distinct, a tensor that is shared is trained once</param>
    /// <param name="learningRate">step size</param>
    protected Optimizer(IEnumerable<NamedTensor> parameters, float learningRate)
    {
        var names = new HashSet<string>();
        var tensors = new HashSet<ModuleTensor>();
        foreach (var parameter in parameters)
        {
            if (!names.Add(parameter.Name))
            {
                throw new ArgumentException($"two parameters are named '{parameter.Name}'; give each network a prefix: NamedTensors(\"netG_A.\")");
            }

            if (parameter.Tensor.Role == TensorRole.Parameter && tensors.Add(parameter.Tensor))
            {
                _parameters.Add(parameter);
            }
        }

        LearningRate = learningRate;
    }

    /// <summary>Step size; schedules set it between steps.</summary>
    public float LearningRate { get; set; }

    /// <summary>The trained tensors, in the order given.</summary>
    public IReadOnlyList<NamedTensor> Parameters => _parameters;

    /// <summary>What a checkpoint must hold besides the parameters: names begin with the parameter's. Scalars named <c>.step</c> count.</summary>
    public abstract IEnumerable<(string Name, Tensor Value)> State();

    /// <summary>Restores what <see cref="State"/> gave out.</summary>
    /// <param name="read">the numbers stored under a name, null if there are none</param>
    public abstract void LoadState(Func<string, float[]?> read);

    /// <summary>One step along the gradients that backwards have left on the parameters.</summary>
    public abstract void Step();

    /// <summary>Clears the gradients, computes those of a one-element loss, and takes a step.</summary>
    public void Minimize(Tensor loss)
    {
        ClearGradients();
        loss.Backward();
        Step();
    }

    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>The parameter's gradient, or null where there is none or the parameter is frozen.</summary>
    protected static Tensor? GradientOf(NamedTensor parameter) => parameter.Tensor.RequiresGrad ? parameter.Value.Gradient : null;

    /// <summary>A zero tensor of a parameter's shape that outlives steps.</summary>
    protected static Tensor ZerosLike(NamedTensor parameter) => Tensor.Zeros(parameter.Tensor.Shape, parameter.Value.Device).Keep();
}
