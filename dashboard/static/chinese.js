// Streamlit knows its own words in English only: its menu, hints, tooltips and labels for screen
// readers. They are put into Chinese here as they appear: whole texts known below, and never
// inside what a page itself wrote (text, tables, drawings).

const WORDS = {
  // the frame
  "Skip to main content": "跳到正文",
  "App pages": "页面",
  "Main menu": "菜单",
  "Main": "主区域",
  "Sidebar": "侧栏",
  "Expand sidebar": "展开菜单",
  "Collapse sidebar": "收起菜单",
  "Navigate to home page": "回到首页",
  "Logo": "标志",
  "Close": "关闭",
  "Dismiss": "关闭",
  "Cancel": "取消",
  "Settings": "设置",
  "About": "关于",
  "Print": "打印",
  "Theme": "外观",
  "System": "自动",
  "Use system setting": "跟随系统",
  "Light": "浅色",
  "Dark": "深色",
  "Custom Theme": "本站外观",
  "Custom Theme Auto": "跟随系统",
  "Custom Theme Light": "浅色",
  "Custom Theme Dark": "深色",
  "Rerun": "重新计算",
  "Clear cache": "清除缓存",
  "Stop": "停止",
  "Help": "说明",
  "Get help": "帮助",
  "Report a bug": "报告问题",
  "Link to heading": "本节链接",
  "Scroll tabs left": "向左",
  "Scroll tabs right": "向右",
  "Notifications": "通知",
  // the state of the server
  "Running...": "正在计算……",
  "Running": "正在计算",
  "Loading...": "正在读取……",
  "Please wait...": "请稍候……",
  "Connecting": "正在连接",
  "Connection error": "连接中断",
  "Connection timed out.": "连接超时。",
  "Connection timed out": "连接超时",
  "Connection lost. Please wait for the app to reconnect, then try again.": "连接已中断，请待重新连上后再试。",
  "Streamlit server is not responding. Are you connected to the internet?": "服务器没有回应，请检查网络，或联系管理员。",
  "Reconnected to server.": "已重新连上服务器。",
  "Network error": "网络错误",
  "Network Error": "网络错误",
  "Network issue": "网络问题",
  "Script execution error": "程序出错",
  "Unknown error": "未知错误",
  "Unknown Error": "未知错误",
  "Try again": "重试",
  "Retry": "重试",
  "Page not found": "没有这个页面",
  "The page that you have requested does not seem to exist. Running the app's main page.": "网址可能写错了，或页面已改名。下面是首页。",
  "An error has occurred, please try again.": "出错了，请重试。",
  "Failed to generate file for download": "没有生成文件：请刷新页面，看登录是否已结束、权限是否有变。",
  // inputs
  "Select": "请选择",
  "Select...": "请选择",
  "Choose an option": "请选择",
  "Choose options": "请选择",
  "Choose or add an option": "请选择或填写",
  "Choose or add options": "请选择或填写",
  "Add an option": "请填写",
  "No results": "没有符合的选项",
  "No options": "没有选项",
  "No options to select": "没有可选项",
  "No options to select.": "没有可选项。",
  "Select all": "全选",
  "Clear all": "全部清除",
  "Clear value": "清除",
  "Clear entry": "清除",
  "Clear selection": "清除所选",
  "Open": "展开",
  "Selected values": "已选",
  "Selectbox": "下拉选择",
  "Selectbox options": "可选项",
  "Multiselect": "多项选择",
  "Multiselect options": "可选项",
  "Increment": "加",
  "Decrement": "减",
  "Show password": "显示密码",
  "Hide password": "隐藏密码",
  "Invalid input.": "输入无效。",
  "Press Enter to apply": "按回车确定",
  "Press Enter to submit form": "按回车提交",
  "Press Enter to submit": "按回车提交",
  "Choose date": "选择日期",
  "Choose date range": "选择起止日期",
  "Clear date": "清除日期",
  "Clear dates": "清除日期",
  "Previous month": "上个月",
  "Next month": "下个月",
  "Previous page": "上一页",
  "Next page": "下一页",
  "Pagination": "翻页",
  // files
  "Upload": "选择文件",
  "file upload": "上传文件",
  "Browse files": "选择文件",
  "Add files": "添加文件",
  "Drag and drop a file here": "把文件拖到这里",
  "Drag and drop file here": "把文件拖到这里",
  "Drag and drop files here": "把文件拖到这里",
  "File size is too small.": "文件过小。",
  "Only one file is allowed.": "只能选一个文件。",
  "Too many files": "文件过多",
  "Download failed": "下载失败",
  "Click to retry upload": "点击重新上传",
  "Unexpected error. Please try again.": "出错了，请重试。",
  // tables and charts
  "Fullscreen": "全屏",
  "View fullscreen": "全屏",
  "Close fullscreen": "退出全屏",
  "Exit fullscreen": "退出全屏",
  "Search": "查找",
  "Type to search": "输入以查找",
  "Close Search": "关闭查找",
  "Next Result": "下一处",
  "Previous Result": "上一处",
  "Download as CSV": "下载 CSV",
  "Download as PNG": "下载图片",
  "Show/hide columns": "显示或隐藏列",
  "Dataframe column menu": "列菜单",
  "Sort ascending": "升序",
  "Sort descending": "降序",
  "Format": "格式",
  "Autosize": "自动列宽",
  "Pin column": "固定此列",
  "Unpin column": "取消固定",
  "Hide column": "隐藏此列",
  "Copy column name": "复制列名",
  "Statistics": "统计",
  "Automatic": "自动",
  "Localized": "本地格式",
  "Plain": "原样",
  "Compact": "紧凑",
  "Dollar": "美元",
  "Euro": "欧元",
  "Yen": "日元",
  "Percent": "百分比",
  "Scientific": "科学计数",
  "Accounting": "会计格式",
  "Duration": "时长",
  "Count": "个数",
  "Distinct": "不同值",
  "Empty": "空值",
  "Average": "平均",
  "Median": "中位数",
  "Minimum": "最小",
  "Maximum": "最大",
  "Standard deviation": "标准差",
  "Sum": "合计",
  "No data": "没有数据",
  "Scrollable table": "可滚动的表",
  "Show data": "显示数据",
  "Show chart": "显示图",
  "Copy": "复制",
  "Copied": "已复制",
  "Copy to clipboard": "复制",
  "Add row": "添加一行",
  "Delete row(s)": "删除所选行",
};

const PATTERNS = [
  [/^(\d+) more$/, "另 $1 页"],
  [/^(\d+(?:\.\d+)? ?[KMG]?B) per file(.*)$/, "每个文件不超过 $1$2"],
  [/^Limit (\d+(?:\.\d+)? ?[KMG]?B) per file(.*)$/, "每个文件不超过 $1$2"],
  [/^File must be (.+) or smaller\.$/, "文件不能超过 $1。"],
  [/^(\S+) files are not allowed\.$/, "不接受 $1 文件。"],
  [/^Help for (.+)$/s, "$1：说明"],
  [/^(?:View fullscreen|Fullscreen): (.+)$/s, "全屏：$1"],
  [/^(?:Exit|Close) fullscreen: (.+)$/s, "退出全屏：$1"],
  [/^Remove (.+)$/, "移除 $1"],
  [/^Select (\d+) matches$/, "选中这 $1 项"],
  [/^Page (\d+)$/, "第 $1 页"],
  [/^(\d+) of (\d+)$/, "第 $1 / 共 $2"],
  [/^You can only select up to (\d+) options?\. Remove an option first\.$/, "最多选 $1 项，请先移除一项。"],
  [/^You have requested page (\S+), but no corresponding file was found.*$/, "没有 $1 这个页面，已打开首页。"],
  [/^Selected (.+)\. (.+)$/, "已选 $1。$2"],
  [/^This app has encountered an error\..*$/s, "这一页出错了。请刷新重试；若仍如此，请把时间和网址告诉管理员。"],
  [/^year, (.+)$/s, "年，$1"],
  [/^month, (.+)$/s, "月，$1"],
  [/^day, (.+)$/s, "日，$1"],
  [/^(\d+) – [A-Z][a-z]+$/, "$1月"],
  [/^Made with Streamlit v.*$/, ""],
];

const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt", "aria-roledescription", "aria-valuetext"];
const LEFT_ALONE =
  "script, style, textarea, canvas, svg, [data-testid=stMarkdown], [data-testid=stHtml], [data-testid=stTable]";

const inChinese = (text) => {
  const whole = text.trim();
  if (!whole) return text;
  if (Object.hasOwn(WORDS, whole)) return text.replace(whole, WORDS[whole]);
  const known = PATTERNS.find(([pattern]) => pattern.test(whole));
  return known ? whole.replace(known[0], known[1]) : text;
};

const translateText = (node) => {
  if (node.parentElement?.closest(LEFT_ALONE)) return;
  const chinese = inChinese(node.nodeValue);
  if (chinese !== node.nodeValue) node.nodeValue = chinese;
};

const translateAttributes = (element) => {
  for (const name of ATTRIBUTES) {
    const english = element.getAttribute(name);
    if (english === null) continue;
    const chinese = inChinese(english);
    if (chinese !== english) element.setAttribute(name, chinese);
  }
};

const translate = (root) => {
  if (root.nodeType === Node.TEXT_NODE) return translateText(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  translateAttributes(root);
  root.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join()).forEach(translateAttributes);
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) translateText(texts.currentNode);
};

const watcher = new MutationObserver((changes) => {
  for (const change of changes) {
    if (change.type === "childList") change.addedNodes.forEach(translate);
    else if (change.type === "attributes") translateAttributes(change.target);
    else translateText(change.target);
  }
});
watcher.observe(document.documentElement, {
  subtree: true,
  childList: true,
  characterData: true,
  attributes: true,
  attributeFilter: ATTRIBUTES,
});
translate(document.documentElement);
