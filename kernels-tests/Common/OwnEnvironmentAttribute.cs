using IlgpuGan.Tensors.Devices.Tuning;
using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>Hides the user's saved kernel tunings from tests and the processes they start.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class NoTuningsAttribute : Attribute, ITestAction
{
    private string? _before;

    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
        _before = Environment.GetEnvironmentVariable(Tunings.FolderVariable);
        Environment.SetEnvironmentVariable(Tunings.FolderVariable, "");
    }

    public void AfterTest(ITest test) => Environment.SetEnvironmentVariable(Tunings.FolderVariable, _before);
}
