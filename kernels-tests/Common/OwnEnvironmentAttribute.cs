using IlgpuGan.Tensors.Devices.Tuning;
using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Hides from tests, and from the processes that they start, what the user's environment holds: saved kernel tunings, the job of a
/// launcher, a proxy (the servers of tests are on this machine).
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public class OwnEnvironmentAttribute : Attribute, ITestAction
{
    private static readonly string[] s_hidden =
        ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "PMI_SIZE", "SLURM_STEP_NUM_TASKS", "ILGPUGAN_RANK_TIMEOUT"];

    private readonly Dictionary<string, string?> _before = new(StringComparer.Ordinal);

    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsHidden).ToList().ForEach(n => Set(n, null));
        Set(Tunings.FolderVariable, "");
        OptionNames.AreTyped = true; // Tests read messages as the command says them.
    }

    public void AfterTest(ITest test)
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    protected virtual bool IsHidden(string name) => s_hidden.Contains(name) || name.StartsWith("OMPI_", StringComparison.Ordinal);

    private void Set(string name, string? value)
    {
        _before[name] = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}
