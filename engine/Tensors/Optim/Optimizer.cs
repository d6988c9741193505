using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Changes parameters along their gradients. Parameters without a gradient are left alone in a step, and frozen ones too.
/// </summary>
public abstract class Optimizer
{
    private readonly List<NamedTensor> _parameters = [];

    /// <summary>Parameters that the next update changes.</summary>
    private readonly List<NamedTensor> _due = [];

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
    public void Step()
    {
        _due.Clear();
        _due.AddRange(_parameters.Where(parameter => GradientOf(parameter) is not null));
        UpdateDue(clear: false);
    }

    /// <summary>Clears the gradients, computes those of a one-element loss, and takes a step. Leaves no gradients.</summary>
    public void Minimize(Tensor loss)
    {
        ClearGradients();
        FinishStep(loss);
    }

    /// <summary>
    /// Adds the gradients of a one-element loss to those that earlier backwards left, takes the step along the sums and clears them.
    /// A parameter is changed as soon as its gradient is complete and nothing that is still to be differentiated reads it:
    /// the memory of its gradient then serves the next one, so that a step never holds all gradients; but where a device updates any number of
    /// parameters in one launch, they all wait for that. The result is that of
    /// <see cref="Tensor.Backward"/> and <see cref="Step"/>.
    /// </summary>
    public void FinishStep(Tensor loss)
    {
        var parameters = new Dictionary<Variable, NamedTensor>();
        foreach (var parameter in _parameters)
        {
            if (parameter.Value.Variable is { } variable)
            {
                parameters.Add(variable, parameter);
            }
        }

        long waiting = 0;
        _due.Clear();
        Differentiation.Backward(loss, completed: leaf =>
        {
            // Another handle of its memory may be something that the walk has yet to read.
            if (parameters.TryGetValue(leaf, out var parameter) && GradientOf(parameter) is not null && parameter.Value.IsExclusive)
            {
                _due.Add(parameter);
                waiting += parameter.Value.Count;
            }

            if (waiting >= loss.Device.UpdatedTogether)
            {
                UpdateDue(clear: true);
                waiting = 0;
            }
        });
        UpdateDue(clear: true);
        _due.AddRange(_parameters.Where(parameter => GradientOf(parameter) is not null));
        UpdateDue(clear: true);
        ClearGradients();
    }

    /// <summary>One step of some parameters, each of which has a gradient.</summary>
    protected abstract void Update(IReadOnlyList<NamedTensor> parameters);

    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>Updates the parameters that are due, and clears their gradients if nobody is to see them.</summary>
    private void UpdateDue(bool clear)
    {
        if (_due.Count > 0)
        {
            Update(_due);
        }

        foreach (var parameter in _due)
        {
            if (clear)
            {
                parameter.Value.ClearGradient();
            }
        }

        _due.Clear();
    }

    /// <summary>The parameter's gradient, or null where there is none or the parameter is frozen.</summary>
    protected static Tensor? GradientOf(NamedTensor parameter) => parameter.Tensor.RequiresGrad ? parameter.Value.Gradient : null;

    /// <summary>A zero tensor of a parameter's shape that outlives steps.</summary>
    protected static Tensor ZerosLike(NamedTensor parameter) => Tensor.Zeros(parameter.Tensor.Shape, parameter.Value.Device).Keep();
}
